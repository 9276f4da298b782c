import Core

/// Looks for known vulnerabilities in an inventory.
package struct Scanner {
    private let database: AdvisoryDatabase?

    /// - Parameter database: The advisories; without any, everything is unknown and nothing is safe.
    package init(database: AdvisoryDatabase?) { self.database = database }

    /// Matches every package.
    ///
    /// - Parameters:
    ///   - inventory: What to look at.
    ///   - policy: What makes a verdict.
    ///   - age: How old the database is, in days; nil where that is not known.
    /// - Returns: Findings and everything that could not be judged.
    /// - Throws: `SlipwayError` where the database cannot be read.
    package func scan(_ inventory: Inventory, policy: ScanPolicy, age: Int?) throws -> ScanReport {
        var unknowns = inventory.unknowns
        let packages = inventory.packages
        if packages.isEmpty {
            unknowns.insert(Unknown("no-packages", "no packages were found, so nothing was checked"))
        }
        guard let database else {
            unknowns.insert(
                Unknown(
                    "no-database",
                    "there is no advisory database: import one with `slipway db update FOLDER|ZIP|ADDRESS`"
                )
            )
            return ScanReport(
                inventory: inventory,
                findings: [],
                unknowns: unknowns.sorted(),
                database: nil,
                policy: policy
            )
        }
        if let age, age > policy.maximumAge {
            unknowns.insert(
                Unknown("old-database", "the advisory database is \(age) days old; newer vulnerabilities are not in it")
            )
        }
        var findings: [Finding] = []
        var uncovered: [String: Int] = [:]
        for package in packages {
            guard let ecosystem = package.ecosystem else {
                uncovered["packages of type \(package.purl.type)", default: 0] += 1
                continue
            }
            guard database.metadata.covers(ecosystem) else {
                uncovered[ecosystem.description, default: 0] += 1
                continue
            }
            findings += try self.findings(for: package, ecosystem, database, &unknowns)
        }
        for (name, count) in uncovered {
            unknowns.insert(
                Unknown("no-data", "the database has no data for \(name): \(count) packages were not checked")
            )
        }
        return ScanReport(
            inventory: inventory,
            findings: findings.sorted(by: Finding.isWorse),
            unknowns: unknowns.sorted(),
            database: database.metadata,
            policy: policy
        )
    }

    /// Lets another scanner match the packages; what this one could not list is unknown to both.
    ///
    /// - Throws: `SlipwayError` where the peer is missing or fails.
    package static func scan(_ document: SBOMDocument, with peer: PeerScanner, policy: ScanPolicy) async throws
        -> ScanReport
    {
        let inventory = document.inventory
        var unknowns = inventory.unknowns
        if inventory.packages.isEmpty {
            unknowns.insert(Unknown("no-packages", "no packages were found, so nothing was checked"))
        }
        let findings = inventory.packages.isEmpty ? [] : try await peer.scan(document)
        var report = ScanReport(
            inventory: inventory,
            findings: findings.sorted(by: Finding.isWorse),
            unknowns: unknowns.sorted(),
            database: nil,
            policy: policy
        )
        report.peer = peer
        return report
    }

    private struct Match {
        let advisory: Advisory
        let affected: Advisory.Affected
        let fixedIn: [String]
    }

    private func findings(
        for package: SoftwarePackage,
        _ ecosystem: Ecosystem,
        _ database: AdvisoryDatabase,
        _ unknowns: inout Set<Unknown>
    ) throws -> [Finding] {
        let advisories = try database.advisories(for: ecosystem, name: package.advisoryName)
        guard let version = package.advisoryVersion else {
            let known = package.version.map { "its version \"\($0)\" has no place in an order" } ?? "it has no version"
            unknowns.insert(Unknown("no-version", "\(package.name) was not checked: \(known)"))
            return []
        }
        var matches: [Match] = []
        for advisory in advisories where !advisory.isWithdrawn {
            for affected in advisory.affected where Self.concerns(affected, package, ecosystem) {
                switch AffectedVersions.contain(version, in: affected) {
                case .no: continue
                case .yes(let fixedIn):
                    matches.append(Match(advisory: advisory, affected: affected, fixedIn: fixedIn))
                case .unknown(let why):
                    unknowns.insert(Unknown("undecided", "\(advisory.id) for \(package.name) \(version): \(why)"))
                }
            }
        }
        return Self.group(matches, package)
    }

    private static func concerns(
        _ affected: Advisory.Affected,
        _ package: SoftwarePackage,
        _ ecosystem: Ecosystem
    ) -> Bool {
        ecosystem.isConcerned(by: affected.ecosystem)
            && ecosystem.normalize(affected.name) == ecosystem.normalize(package.advisoryName)
    }

    /// The oldest version that is free of the vulnerability by everything that is said about it.
    private static func repair(among fixes: [String], for matches: [Match]) -> String? {
        fixes.first { fix in
            matches.allSatisfy { match in
                if case .yes = AffectedVersions.contain(fix, in: match.affected) { false } else { true }
            }
        }
    }

    /// One finding a vulnerability, whatever number of databases describe it.
    private static func group(_ matches: [Match], _ package: SoftwarePackage) -> [Finding] {
        var groups = AliasGroups()
        for match in matches { groups.add(match.advisory) }
        var members: [String: [Match]] = [:]
        for match in matches { members[groups.root(match.advisory.id), default: []].append(match) }
        let order = package.ecosystem.flatMap(VersionOrder.init(ecosystem:))
        return members.values.map { matches in
            let names = Set(matches.flatMap { AliasGroups.names(of: $0.advisory) })
            let fixes = Set(matches.flatMap(\.fixedIn)).sorted { order?.isLess($0, $1) ?? ($0 < $1) }
            let summary = matches.map(\.advisory.summary).first { !$0.isEmpty } ?? ""
            var references: [String] = []
            for link in matches.flatMap(\.advisory.references) where !references.contains(link) {
                references.append(link)
            }
            return Finding(
                name: AliasGroups.bestName(names),
                identifiers: names.sorted(),
                package: package,
                rating: SeverityRating.shown(matches.map { SeverityRating.of($0.advisory, $0.affected) }),
                summary: summary,
                fixedIn: fixes,
                recommended: Self.repair(among: fixes, for: matches),
                references: Array(references.prefix(10))
            )
        }
    }
}
