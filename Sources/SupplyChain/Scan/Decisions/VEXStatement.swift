import Core

/// A statement of an OpenVEX document (specification 0.2.0): whether products are touched by a vulnerability.
package struct VEXStatement: Sendable, Hashable {
    package enum Status: String, Sendable, Hashable {
        case notAffected = "not_affected"
        case affected
        case fixed
        case underInvestigation = "under_investigation"
    }

    struct Product: Sendable, Hashable {
        let identifiers: [String]
        let subcomponents: [String]
    }

    /// The vulnerability's name and its other names.
    let vulnerabilities: Set<String>
    let products: [Product]
    package let status: Status
    let justification: String?
    let impact: String?
    /// Where it was read.
    let document: String

    package var reason: String {
        let why = impact ?? justification?.replacing("_", with: " ") ?? "no reason is given"
        return "\(status.rawValue.replacing("_", with: " ")): \(why)"
    }

    /// Reads a document; later statements come last, and win.
    ///
    /// - Throws: `SlipwayError` (`.invalidInput`) for what is no OpenVEX, or breaks its rules.
    package static func read(_ json: JSON, document: String) throws -> [VEXStatement] {
        func invalid(_ why: String) -> SlipwayError {
            SlipwayError(.invalidInput, "\(document) is not a valid OpenVEX document", why: why)
        }
        guard json["@context"]?.string?.hasPrefix("https://openvex.dev/ns") == true else {
            throw invalid("Its @context is not OpenVEX's.")
        }
        guard let statements = json["statements"]?.array, !statements.isEmpty else {
            throw invalid("It has no statements.")
        }
        let read = try statements.enumerated().map { index, entry in
            guard let text = entry["status"]?.string, let status = Status(rawValue: text) else {
                throw invalid("Statement \(index + 1) has no known status.")
            }
            // Older documents write the name as a text.
            let vulnerability = entry["vulnerability"]
            let names = [vulnerability?.string, vulnerability?["name"]?.string].compactMap { $0 }
            guard !names.isEmpty else { throw invalid("Statement \(index + 1) names no vulnerability.") }
            let statement = VEXStatement(
                vulnerabilities: Set(names + (vulnerability?["aliases"]?.array ?? []).compactMap(\.string)),
                products: (entry["products"]?.array ?? []).map(product),
                status: status,
                justification: entry["justification"]?.string,
                impact: entry["impact_statement"]?.string,
                document: document
            )
            guard status != .notAffected || statement.justification != nil || statement.impact != nil else {
                throw invalid("Statement \(index + 1) says not_affected and not why.")
            }
            guard !statement.products.isEmpty else { throw invalid("Statement \(index + 1) names no product.") }
            return (statement, entry["timestamp"]?.string ?? json["timestamp"]?.string ?? "")
        }
        // RFC 3339 in UTC sorts as text; what has the same time stays in its order.
        return read.enumerated().sorted { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }.map(\.element.0)
    }

    private static func product(_ json: JSON) -> Product {
        func identifiers(_ json: JSON) -> [String] {
            [json.string, json["@id"]?.string, json["identifiers"]?["purl"]?.string].compactMap { $0 }
        }
        return Product(
            identifiers: identifiers(json),
            subcomponents: (json["subcomponents"]?.array ?? []).flatMap(identifiers)
        )
    }

    /// Whether the finding no longer counts by this statement.
    func clears(_ finding: Finding, of subject: InventorySubject) -> Bool {
        guard status == .notAffected || status == .fixed,
            !vulnerabilities.isDisjoint(with: finding.identifiers + [finding.name])
        else { return false }
        return products.contains { product in
            let isSubject = product.identifiers.contains { Self.names($0, subject) }
            if isSubject {
                return product.subcomponents.isEmpty
                    || product.subcomponents.contains { Self.names($0, finding.package.purl) }
            }
            return product.identifiers.contains { Self.names($0, finding.package.purl) }
        }
    }

    private static func names(_ identifier: String, _ purl: PackageURL) -> Bool {
        PackageURL(parsing: identifier)?.covers(purl) ?? false
    }

    private static func names(_ identifier: String, _ subject: InventorySubject) -> Bool {
        if identifier == subject.name { return true }
        guard let purl = PackageURL(parsing: identifier), purl.type == "oci" else { return false }
        let name = subject.name.split(separator: "@").first?.split(separator: "/").last.map(String.init) ?? subject.name
        let plain = name.split(separator: ":").first.map(String.init) ?? name
        return purl.name == plain && (purl.version == nil || purl.version == subject.digest?.description)
    }
}
