import Core
import Images

/// One vulnerability in one package.
package struct Finding: Sendable, Hashable {
    /// What to call it: a CVE where there is one.
    package let name: String
    /// All its names, sorted.
    package let identifiers: [String]
    package let package: SoftwarePackage
    package let rating: SeverityRating
    package let summary: String
    /// Versions that repair it, oldest first; empty where there is none yet.
    package let fixedIn: [String]
    /// Of those the one to take; nil where the sources agree on none.
    package var recommended: String?
    package let references: [String]

    /// Worst first, then by name.
    static func isWorse(_ left: Finding, _ right: Finding) -> Bool {
        (right.severity, left.package.name, left.name, left.package.purl) < (
            left.severity, right.package.name, right.name, right.package.purl
        )
    }

    package var severity: Severity { rating.severity }

    /// What to do.
    package var advice: String {
        let subject =
            package.advisoryName == package.name ? package.name : "\(package.name) (source \(package.advisoryName))"
        guard let first = recommended ?? fixedIn.first else { return "No repaired version of \(subject) is known yet." }
        return "Update \(subject) to \(first) or later."
    }

    package var json: JSON {
        var json: JSON = [
            "name": .string(name), "identifiers": .array(identifiers.map(JSON.string)),
            "package": .string(package.name), "purl": .string(package.purl.description),
            "severity": .string(severity.rawValue), "severitySource": .string(rating.source),
            "summary": .string(summary), "fixedIn": .array(fixedIn.map(JSON.string)), "advice": .string(advice),
            "references": .array(references.map(JSON.string)),
            "locations": .array(
                package.locations.map { place in
                    var json: JSON = ["path": .string(place.path)]
                    json["line"] = place.line.map { .int(Int64($0)) }
                    json["layer"] = place.layer.map { .string($0.description) }
                    return json
                }
            ),
        ]
        json["version"] = package.version.map(JSON.string)
        json["score"] = rating.score.map(JSON.double)
        json["vector"] = rating.vector.map(JSON.string)
        return json
    }
}
