import Core

/// Picks objects by a few of their fields: `metadata.name=x,status.phase!=Running`.
package struct FieldSelector: Sendable, Hashable, CustomStringConvertible {
    package struct Term: Sendable, Hashable {
        package let field: String
        package let isEqual: Bool
        package let value: String

        package init(field: String, isEqual: Bool = true, value: String) {
            self.field = field
            self.isEqual = isEqual
            self.value = value
        }
    }

    package let terms: [Term]

    package init(_ terms: [Term] = []) { self.terms = terms }

    /// The selector for the one object of this name.
    package init(name: String) { self.init([Term(field: "metadata.name", value: name)]) }

    package static let everything = FieldSelector()

    package var isEmpty: Bool { terms.isEmpty }

    /// Reads the string form; `,`, `=` and `\` in values are escaped with `\`.
    ///
    /// - Throws: `KubernetesStatusError` (bad request).
    package init(parsing text: String) throws(KubernetesStatusError) {
        var terms: [Term] = []
        for part in Self.split(text) where !part.isEmpty { terms.append(try Self.term(part)) }
        self.init(terms)
    }

    private static func split(_ text: String) -> [String] {
        var parts = [""]
        var escaped = false
        for character in text {
            if character == ",", !escaped {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
            escaped = character == "\\" && !escaped
        }
        return parts
    }

    private static func term(_ text: String) throws(KubernetesStatusError) -> Term {
        for (symbol, isEqual) in [("!=", false), ("==", true), ("=", true)] {
            // The first operator of the text decides, so "a=b!=c" is no "a=b" unequal "c".
            guard let range = text.firstRange(of: symbol), !text[..<range.lowerBound].contains("=") else { continue }
            let field = String(text[..<range.lowerBound])
            return Term(field: field, isEqual: isEqual, value: try unescaped(String(text[range.upperBound...])))
        }
        throw .badRequest("invalid selector: '\(text)'; can't understand '\(text)'")
    }

    private static func unescaped(_ text: String) throws(KubernetesStatusError) -> String {
        var result = ""
        var escaped = false
        for character in text {
            if escaped {
                guard "\\,=".contains(character) else {
                    throw .badRequest("invalid field selector: invalid escape sequence: \\\(character)")
                }
                result.append(character)
                escaped = false
            } else if character == "\\" {
                escaped = true
            } else if character == "=" {
                throw .badRequest("invalid field selector: unescaped character in value: =")
            } else {
                result.append(character)
            }
        }
        if escaped { throw .badRequest("invalid field selector: invalid escape sequence: \\") }
        return result
    }

    package var description: String {
        terms.map { term in
            let value = term.value.replacing("\\", with: "\\\\").replacing(",", with: "\\,").replacing("=", with: "\\=")
            return term.field + (term.isEqual ? "=" : "!=") + value
        }.joined(separator: ",")
    }
}
