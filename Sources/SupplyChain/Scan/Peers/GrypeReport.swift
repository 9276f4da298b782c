import Core

/// Grype's JSON report.
struct GrypeReport {
    private let matches: [JSON]

    init(_ json: JSON) throws {
        guard let matches = json["matches"]?.array else {
            throw SlipwayError(.external, "Grype's report has no list of matches")
        }
        self.matches = matches
    }

    func findings(_ known: [PackageURL: SoftwarePackage]) -> [Finding] {
        matches.compactMap { Self.match($0)?.finding(known) }
    }

    private static func match(_ entry: JSON) -> PeerMatch? {
        guard let vulnerability = entry["vulnerability"], let name = vulnerability["id"]?.string,
            let artifact = entry["artifact"], let package = artifact["name"]?.string
        else { return nil }
        let related = entry["relatedVulnerabilities"]?.array ?? []
        let scores = (vulnerability["cvss"]?.array ?? []) + related.flatMap { $0["cvss"]?.array ?? [] }
        return PeerMatch(
            names: [name] + related.compactMap { $0["id"]?.string },
            purl: artifact["purl"]?.string,
            packageName: package,
            version: artifact["version"]?.string,
            severity: vulnerability["severity"]?.string,
            severitySource: "Grype (\(vulnerability["namespace"]?.string ?? "its own"))",
            vectors: scores.compactMap { $0["vector"]?.string },
            summary: String((vulnerability["description"]?.string ?? "").split(separator: "\n").first ?? ""),
            fixedIn: (vulnerability["fix"]?["versions"]?.array ?? []).compactMap(\.string),
            references: [vulnerability["dataSource"]?.string].compactMap { $0 }
                + (vulnerability["urls"]?.array ?? []).compactMap(\.string)
        )
    }
}
