import Core

/// Why a finding does not count: somebody has looked at it.
package struct Decision: Sendable, Hashable {
    package enum Source: Sendable, Hashable {
        /// The team's own list, until the entry's last day.
        case ignoreList(IgnoreList.Entry)
        /// A statement of a VEX document.
        case vex(VEXStatement)
    }

    package let finding: Finding
    package let source: Source

    package var reason: String {
        switch source {
        case .ignoreList(let entry): "\(entry.reason) (until \(entry.expires))"
        case .vex(let statement): statement.reason
        }
    }

    var json: JSON {
        var json = finding.json
        json["reason"] = .string(reason)
        switch source {
        case .ignoreList(let entry):
            json["decidedBy"] = .string("\(entry.location)")
            json["until"] = .string(entry.expires)
        case .vex(let statement):
            json["decidedBy"] = .string(statement.document)
            json["status"] = .string(statement.status.rawValue)
        }
        return json
    }
}

/// Everything that decides which findings do not count.
package struct Decisions: Sendable {
    package var ignores: [IgnoreList.Entry]
    package var vex: [VEXStatement]
    /// `YYYY-MM-DD`: what has expired by then no longer counts.
    package var today: String

    package init(ignores: [IgnoreList.Entry] = [], vex: [VEXStatement] = [], today: String) {
        self.ignores = ignores
        self.vex = vex
        self.today = today
    }

    /// Divides findings into those that count and those that somebody has decided about.
    func apply(to findings: [Finding], of subject: InventorySubject) -> (
        open: [Finding], decided: [Decision], expired: [Diagnostic], unused: [IgnoreList.Entry]
    ) {
        let valid = ignores.filter { !$0.isExpired(today: today) }
        var open: [Finding] = []
        var decided: [Decision] = []
        var used: Set<IgnoreList.Entry> = []
        for finding in findings {
            if let entry = valid.first(where: { Self.concerns($0, finding) }) {
                used.insert(entry)
                decided.append(Decision(finding: finding, source: .ignoreList(entry)))
            } else if let statement = vex.last(where: { $0.clears(finding, of: subject) }) {
                decided.append(Decision(finding: finding, source: .vex(statement)))
            } else {
                open.append(finding)
            }
        }
        let expired = ignores.filter { $0.isExpired(today: today) }.map(\.diagnosticWhenExpired)
        return (open, decided, expired, valid.filter { !used.contains($0) })
    }

    private static func concerns(_ entry: IgnoreList.Entry, _ finding: Finding) -> Bool {
        guard finding.name == entry.id || finding.identifiers.contains(entry.id) else { return false }
        guard let scope = entry.scope else { return true }
        if let purl = PackageURL(parsing: scope) { return purl.covers(finding.package.purl) }
        return scope == finding.package.name || scope == finding.package.advisoryName
    }
}

extension PackageURL {
    /// Whether this names the same package: what it leaves out (version, qualifiers) may be anything.
    func covers(_ other: PackageURL) -> Bool {
        type == other.type && namespace == other.namespace && name == other.name
            && (version == nil || version == other.version)
            && qualifiers.allSatisfy { other.qualifiers[$0.key] == $0.value }
    }
}
