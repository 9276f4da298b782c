import Core

/// A vulnerability as the OSV schema describes it (https://ossf.github.io/osv-schema).
package struct Advisory: Sendable, Hashable {
    /// A severity as stated: a CVSS vector, or a distribution's word.
    package struct Rating: Sendable, Hashable {
        /// `CVSS_V2`, `CVSS_V3`, `CVSS_V4`, `Ubuntu`.
        package let type: String
        package let score: String
    }

    package enum RangeType: String, Sendable, Hashable {
        case semantic = "SEMVER"
        case ecosystem = "ECOSYSTEM"
        case git = "GIT"
    }

    package enum Event: Sendable, Hashable {
        case introduced(String)
        case fixed(String)
        case lastAffected(String)
        case limit(String)
    }

    package struct Range: Sendable, Hashable {
        /// nil for a type that later versions of the schema may add.
        package let type: RangeType?
        package let events: [Event]
    }

    package struct Affected: Sendable, Hashable {
        package let ecosystem: Ecosystem
        package let name: String
        package let ranges: [Range]
        package let versions: [String]
        package let ratings: [Rating]
        /// The distribution's own word for this package (Debian's `urgency`, and others' `severity`).
        package let urgency: String?
    }

    package let id: String
    package let aliases: [String]
    /// The vulnerabilities that a distribution's record is about.
    package let upstream: [String]
    package let summary: String
    package let modified: String
    package let isWithdrawn: Bool
    package let ratings: [Rating]
    package let affected: [Affected]
    /// The database's own word where there is no vector (`database_specific.severity`).
    package let databaseRating: String?
    /// Addresses to read on, advisories first.
    package let references: [String]
}

extension Advisory {
    /// - Throws: `SlipwayError` (`.invalidInput`) where the identifier is missing.
    package init(json: JSON) throws {
        guard let id = json["id"]?.string, !id.isEmpty else {
            throw SlipwayError(.invalidInput, "Not an OSV record: it has no \"id\"")
        }
        self.id = id
        aliases = (json["aliases"]?.array ?? []).compactMap(\.string)
        upstream = (json["upstream"]?.array ?? []).compactMap(\.string)
        let details = json["details"]?.string?.split(separator: "\n").first.map(String.init)
        summary = json["summary"]?.string ?? details ?? ""
        modified = json["modified"]?.string ?? ""
        isWithdrawn = json["withdrawn"]?.string?.isEmpty == false
        ratings = Self.ratings(json["severity"])
        databaseRating = json["database_specific"]?["severity"]?.string
        affected = (json["affected"]?.array ?? []).compactMap(Self.affected)
        let links = (json["references"]?.array ?? []).compactMap { link in
            link["url"]?.string.map { (type: link["type"]?.string ?? "", url: $0) }
        }
        references =
            links.filter { $0.type == "ADVISORY" }.map(\.url) + links.filter { $0.type != "ADVISORY" }.map(\.url)
    }

    private static func ratings(_ json: JSON?) -> [Rating] {
        (json?.array ?? []).compactMap { entry in
            guard let type = entry["type"]?.string, let score = entry["score"]?.string else { return nil }
            return Rating(type: type, score: score)
        }
    }

    private static func affected(_ json: JSON) -> Affected? {
        guard let ecosystem = json["package"]?["ecosystem"]?.string, let name = json["package"]?["name"]?.string else {
            return nil
        }
        return Affected(
            ecosystem: Ecosystem(parsing: ecosystem),
            name: name,
            ranges: (json["ranges"]?.array ?? []).map(range),
            versions: (json["versions"]?.array ?? []).compactMap(\.string),
            ratings: ratings(json["severity"]),
            urgency: json["ecosystem_specific"]?["urgency"]?.string ?? json["ecosystem_specific"]?["severity"]?.string
        )
    }

    private static func range(_ json: JSON) -> Range {
        let events = (json["events"]?.array ?? []).flatMap { event -> [Event] in
            var events: [Event] = []
            if let version = event["introduced"]?.text { events.append(.introduced(version)) }
            if let version = event["fixed"]?.text { events.append(.fixed(version)) }
            if let version = event["last_affected"]?.text { events.append(.lastAffected(version)) }
            if let version = event["limit"]?.text { events.append(.limit(version)) }
            return events
        }
        return Range(type: json["type"]?.string.flatMap(RangeType.init(rawValue:)), events: events)
    }
}

extension JSON {
    /// A version: in YAML an unquoted `1.0` has become a number, and only its text counts.
    fileprivate var text: String? {
        switch self {
        case .string(let value): value
        case .int(let value): String(value)
        default: nil
        }
    }
}
