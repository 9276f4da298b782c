/// What a team has decided to live with, each with a reason and a last day: `slipway-ignore.yml`.
///
/// ```yaml
/// vulnerabilities:
///   - id: CVE-2024-1234
///     package: openssl        # optional: a package's name or purl
///     reason: the server never parses certificates of strangers
///     expires: 2027-03-31
/// audit:
///   - id: plain-http-url
///     path: Tests/**          # optional: a path, with * and **
///     reason: test servers on loopback
///     expires: 2027-03-31
/// ```
package struct IgnoreList: Sendable, Hashable {
    /// The name that commands look for in the folder they examine.
    package static let fileName = "slipway-ignore.yml"

    package struct Entry: Sendable, Hashable {
        /// A vulnerability, a rule, or a finding's fingerprint.
        package let id: String
        /// What it is restricted to: a package or a path; nil for no restriction.
        package let scope: String?
        package let reason: String
        /// The last day on which it counts, `YYYY-MM-DD`.
        package let expires: String
        package let location: SourceLocation

        /// Days of this form are ordered as texts are.
        package func isExpired(today: String) -> Bool { expires < today }

        package var diagnosticWhenExpired: Diagnostic {
            Diagnostic(
                rule: "expired-ignore",
                "the decision to ignore \(id) ended on \(expires)",
                at: location,
                help: "Repair what it hides, or decide again: give it a new reason and a new day."
            )
        }
    }

    package let vulnerabilities: [Entry]
    package let audit: [Entry]

    package static let empty = IgnoreList(vulnerabilities: [], audit: [])

    private init(vulnerabilities: [Entry], audit: [Entry]) {
        self.vulnerabilities = vulnerabilities
        self.audit = audit
    }

    /// Reads the list.
    ///
    /// - Parameters:
    ///   - text: The file's text.
    ///   - file: Its name in messages.
    /// - Throws: `DiagnosticsError` with everything that is wrong: an entry that is half understood would hide too much.
    package init(parsing text: String, file: String) throws {
        var problems: [Diagnostic] = []
        var lists: [String: [Entry]] = [:]
        guard let root = try YAMLParser.document(text, file: file) else {
            self = .empty
            return
        }
        guard let mapping = root.mapping else {
            throw DiagnosticsError([Diagnostic(rule: "ignore-list", "expected a mapping", at: root.location)])
        }
        for section in mapping {
            guard let scopeKey = Self.sections[section.key] else {
                let help = Suggestion.help(for: section.key, in: Self.sections.keys)
                problems.append(
                    Diagnostic(
                        rule: "unknown-key",
                        "unknown key \"\(section.key)\"",
                        at: section.keyLocation,
                        help: help
                    )
                )
                continue
            }
            guard let elements = section.value.sequence else {
                problems.append(
                    Diagnostic(rule: "ignore-list", "\(section.key) must be a sequence", at: section.value.location)
                )
                continue
            }
            lists[section.key] = elements.compactMap { Self.entry($0, scopeKey, &problems) }
        }
        guard problems.isEmpty else { throw DiagnosticsError(problems) }
        self.init(vulnerabilities: lists["vulnerabilities"] ?? [], audit: lists["audit"] ?? [])
    }

    /// The lists and what their entries can be restricted to.
    private static let sections = ["vulnerabilities": "package", "audit": "path"]

    private static func entry(_ node: YAMLNode, _ scopeKey: String, _ problems: inout [Diagnostic]) -> Entry? {
        let known = ["id", scopeKey, "reason", "expires"]
        var values: [String: String] = [:]
        let before = problems.count
        guard let mapping = node.mapping else {
            problems.append(Diagnostic(rule: "ignore-list", "expected a mapping", at: node.location))
            return nil
        }
        for item in mapping {
            guard known.contains(item.key) else {
                let help = Suggestion.help(for: item.key, in: known)
                problems.append(
                    Diagnostic(rule: "unknown-key", "unknown key \"\(item.key)\"", at: item.keyLocation, help: help)
                )
                continue
            }
            values[item.key] = item.value.scalar?.text.trimmed
        }
        for key in ["id", "reason", "expires"] where values[key]?.isEmpty ?? true {
            problems.append(Diagnostic(rule: "ignore-list", "\(key) is missing", at: node.location))
        }
        if let day = values["expires"], !day.isEmpty,
            day.wholeMatch(of: /[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])/) == nil
        {
            problems.append(
                Diagnostic(
                    rule: "ignore-list",
                    "\"\(day)\" is not a day",
                    at: node.location,
                    help: "Write YYYY-MM-DD."
                )
            )
        }
        guard problems.count == before, let id = values["id"], let reason = values["reason"],
            let expires = values["expires"]
        else { return nil }
        return Entry(id: id, scope: values[scopeKey], reason: reason, expires: expires, location: node.location)
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
