import Yams

/// Reads YAML text into located nodes.
package enum YAMLParser {
    /// Guards against alias bombs: a document may expand to this many nodes at most.
    static let maximumNodes = 500_000
    static let maximumDepth = 100

    /// All documents of a text; an empty text has none.
    ///
    /// - Throws: `DiagnosticsError` with the place of a syntax mistake, a duplicate key or an unsupported form.
    package static func documents(_ text: String, file: String) throws -> [YAMLNode] {
        do {
            let parser = try Yams.Parser(yaml: text)
            var documents: [YAMLNode] = []
            while let root = try parser.nextRoot() {
                var converter = Converter(file: file)
                documents.append(try converter.convert(root, depth: 0))
            }
            return documents
        } catch let error as YamlError {
            throw DiagnosticsError([diagnostic(for: error, file: file)])
        }
    }

    /// The one document of a text; nil where the text holds none.
    package static func document(_ text: String, file: String) throws -> YAMLNode? {
        let all = try documents(text, file: file)
        if all.count > 1 {
            throw DiagnosticsError([
                Diagnostic(rule: "yaml", "More than one YAML document in this file", at: all[1].location)
            ])
        }
        return all.first
    }

    private static func diagnostic(for error: YamlError, file: String) -> Diagnostic {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let detail = [context?.description, problem].compactMap { $0 }.joined(separator: ": ")
            return Diagnostic(
                rule: "yaml",
                "Not valid YAML: \(detail)",
                at: SourceLocation(file: file, line: mark.line, column: mark.column)
            )
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.map { "\"\($0)\"" }.joined(separator: ", ")
            return Diagnostic(
                rule: "duplicate-key",
                "Duplicate key \(keys)",
                at: SourceLocation(file: file, line: context.mark.line, column: context.mark.column)
            )
        default:
            return Diagnostic(
                rule: "yaml",
                "Not valid YAML: \(error)",
                at: SourceLocation(file: file, line: 1, column: 1)
            )
        }
    }

    private struct Converter {
        let file: String
        var nodes = 0

        mutating func convert(_ node: Node, depth: Int) throws -> YAMLNode {
            let location = location(of: node)
            nodes += 1
            guard nodes <= maximumNodes, depth <= maximumDepth else {
                throw DiagnosticsError([
                    Diagnostic(rule: "yaml", "The document is too large or too deeply nested", at: location)
                ])
            }
            switch node {
            case .scalar(let scalar):
                let tag = scalar.tag.rawValue == Tag.Name.implicit.rawValue ? nil : scalar.tag.rawValue
                return YAMLNode(.scalar(YAMLScalar(scalar.string, style: style(scalar.style), tag: tag)), at: location)
            case .sequence(let sequence):
                var elements: [YAMLNode] = []
                for element in sequence { elements.append(try convert(element, depth: depth + 1)) }
                return YAMLNode(.sequence(elements), at: location)
            case .mapping(let mapping):
                var entries: [YAMLEntry] = []
                for (key, value) in mapping {
                    guard case .scalar(let scalar) = key else {
                        throw DiagnosticsError([
                            Diagnostic(rule: "yaml", "A key must be a string", at: self.location(of: key))
                        ])
                    }
                    entries.append(
                        YAMLEntry(
                            key: scalar.string,
                            keyLocation: self.location(of: key),
                            value: try convert(value, depth: depth + 1)
                        )
                    )
                }
                return YAMLNode(.mapping(entries), at: location)
            case .alias(let alias):
                throw DiagnosticsError([
                    Diagnostic(rule: "yaml", "Undefined alias *\(alias.anchor.rawValue)", at: location)
                ])
            }
        }

        private func location(of node: Node) -> SourceLocation {
            SourceLocation(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
        }

        private func style(_ style: Node.Scalar.Style) -> YAMLScalar.Style {
            switch style {
            case .singleQuoted: .singleQuoted
            case .doubleQuoted: .doubleQuoted
            case .literal: .literal
            case .folded: .folded
            case .any, .plain: .plain
            }
        }
    }
}
