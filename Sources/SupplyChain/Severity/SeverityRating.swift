/// A severity with who says it.
package struct SeverityRating: Sendable, Hashable {
    package let severity: Severity
    /// The CVSS score, where it comes from one.
    package let score: Double?
    /// `Debian`, `CVSS 3.1`, `GHSA's own word`.
    package let source: String
    package let vector: String?

    /// Nobody has said.
    package static let unknown = SeverityRating(severity: .unknown, score: nil, source: "none given", vector: nil)

    /// The rating of an advisory for a package, by the priority of its sources: the distribution's own for its own
    /// packages, then CVSS vectors (computed, newest version first), then the database's own word.
    static func of(_ advisory: Advisory, _ affected: Advisory.Affected) -> (rating: SeverityRating, priority: Int) {
        let distribution = affected.ratings + advisory.ratings
        let word =
            distribution.first { $0.type == affected.ecosystem.base }?.score
            ?? (affected.ecosystem.isDistribution ? affected.urgency : nil)
        if let word, let severity = Severity(word: word) {
            return (SeverityRating(severity: severity, score: nil, source: affected.ecosystem.base, vector: nil), 0)
        }
        // What is said of the package in particular goes before what is said in general.
        for ratings in [affected.ratings, advisory.ratings] {
            let vectors = ratings.filter { $0.type.hasPrefix("CVSS") }.compactMap { CVSSVector($0.score) }
            guard let best = vectors.max(by: { $0.version.rawValue < $1.version.rawValue }), let score = best.score
            else {
                continue
            }
            let source = "CVSS \(best.version.rawValue)"
            return (
                SeverityRating(severity: Severity(score: score), score: score, source: source, vector: best.text), 1
            )
        }
        if let word = advisory.databaseRating ?? affected.urgency, let severity = Severity(word: word) {
            let database = advisory.id.prefix { $0 != "-" }
            return (SeverityRating(severity: severity, score: nil, source: "\(database)'s own word", vector: nil), 2)
        }
        return (.unknown, 3)
    }

    /// The one to show for a group: of its best source the worst.
    static func shown(_ ratings: [(rating: SeverityRating, priority: Int)]) -> SeverityRating {
        guard let best = ratings.map(\.priority).min() else { return .unknown }
        let candidates = ratings.filter { $0.priority == best }.map(\.rating)
        return candidates.max { ($0.severity, $0.score ?? 0) < ($1.severity, $1.score ?? 0) } ?? .unknown
    }
}

extension Ecosystem {
    var isDistribution: Bool {
        [
            "Debian", "Ubuntu", "Alpine", "AlmaLinux", "Rocky Linux", "Red Hat", "SUSE", "openSUSE", "Wolfi",
            "Chainguard",
        ]
        .contains(base)
    }
}
