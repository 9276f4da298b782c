import Core

/// Trivy's JSON report, schema version 2.
struct TrivyReport {
    private let results: [JSON]

    init(_ json: JSON) throws {
        guard json["SchemaVersion"]?.int == 2 else {
            throw SlipwayError(
                .external,
                "Trivy's report has a schema that is not known",
                why: "SchemaVersion is \(json["SchemaVersion"]?.int.map(String.init) ?? "missing"), not 2."
            )
        }
        results = json["Results"]?.array ?? []
    }

    func findings(_ known: [PackageURL: SoftwarePackage]) -> [Finding] {
        results.flatMap { result in
            (result["Vulnerabilities"]?.array ?? []).compactMap { entry in Self.match(entry)?.finding(known) }
        }
    }

    private static func match(_ entry: JSON) -> PeerMatch? {
        guard let name = entry["VulnerabilityID"]?.string, let package = entry["PkgName"]?.string else { return nil }
        let scores = entry["CVSS"]?.object ?? [:]
        let vectors = scores.values.flatMap { [$0["V40Vector"], $0["V3Vector"], $0["V2Vector"]] }.compactMap {
            $0?.string
        }
        let fixes = entry["FixedVersion"]?.string?.split(separator: ",") ?? []
        return PeerMatch(
            names: [name] + (entry["VendorIDs"]?.array ?? []).compactMap(\.string),
            purl: entry["PkgIdentifier"]?["PURL"]?.string,
            packageName: package,
            version: entry["InstalledVersion"]?.string,
            severity: entry["Severity"]?.string,
            severitySource: "Trivy (\(entry["SeveritySource"]?.string ?? "its own"))",
            vectors: vectors.sorted(),
            summary: entry["Title"]?.string ?? entry["Description"]?.string ?? "",
            fixedIn: fixes.map { $0.filter { $0 != " " } }.filter { !$0.isEmpty },
            references: [entry["PrimaryURL"]?.string].compactMap { $0 }
                + (entry["References"]?.array ?? []).compactMap(\.string)
        )
    }
}
