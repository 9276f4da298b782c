import Core
import Foundation
import Workflows

/// `.slipway/environments.yml`: the environments of this machine, as GitHub keeps them in a repository's settings.
///
/// It may hold secrets, so it is no part of the repository, and nobody but its owner may read it.
package struct EnvironmentsFile: EnvironmentPolicy {
    package static let name = "environments.yml"

    private let environments: [String: EnvironmentRules]

    /// Reads the file in a state folder; without it there are no rules.
    ///
    /// - Throws: `DiagnosticsError` with all that is wrong; `SlipwayError` where others may read its secrets.
    package init(in state: StateDirectory) throws {
        let url = state.url.appending(path: Self.name)
        guard let data = FileManager.default.contents(atPath: url.path) else {
            environments = [:]
            return
        }
        environments = try Self.parse(String(decoding: data, as: UTF8.self), file: url.path)
        let mode = try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int ?? 0
        if mode & 0o077 != 0, environments.values.contains(where: { !$0.secrets.isEmpty }) {
            throw SlipwayError(
                .invalidInput,
                "\(url.path) holds secrets, and others than you may read it",
                next: "Run: chmod 600 \(url.path)"
            )
        }
    }

    /// Environment names are compared without regard to case.
    package func rules(for environment: String) -> EnvironmentRules {
        environments[environment.lowercased()] ?? EnvironmentRules()
    }

    static func parse(_ text: String, file: String) throws -> [String: EnvironmentRules] {
        guard let root = try YAMLParser.document(text, file: file) else { return [:] }
        var reader = Reader()
        var result: [String: EnvironmentRules] = [:]
        for entry in reader.entries(root, "the environments") {
            result[entry.key.lowercased()] = reader.rules(entry.value, name: entry.key)
        }
        guard reader.diagnostics.isEmpty else { throw DiagnosticsError(reader.diagnostics) }
        return result
    }
}

private struct Reader {
    private static let keys = ["approval", "wait-timer", "branches", "tags", "secrets", "variables"]
    /// GitHub's limit: 30 days.
    private static let longestWait = 43_200.0

    var diagnostics: [Diagnostic] = []

    mutating func rules(_ node: YAMLNode, name: String) -> EnvironmentRules {
        var rules = EnvironmentRules()
        for entry in entries(node, "environment \"\(name)\"") {
            switch entry.key {
            case "approval": rules.needsApproval = flag(entry.value)
            case "wait-timer": rules.waitTimer = .seconds(60 * minutes(entry.value))
            case "branches": rules.branches = patterns(entry.value)
            case "tags": rules.tags = patterns(entry.value)
            case "secrets": rules.secrets = strings(entry.value, "\"secrets\"").mapValues { Secret($0) }
            case "variables": rules.variables = strings(entry.value, "\"variables\"")
            default:
                let help = Suggestion.help(for: entry.key, in: Self.keys)
                report("unknown-key", "An environment has no \"\(entry.key)\"", at: entry.keyLocation, help)
            }
        }
        return rules
    }

    mutating func entries(_ node: YAMLNode, _ title: String) -> [YAMLEntry] {
        if case .null? = node.scalar?.value { return [] }
        guard let entries = node.mapping else {
            report("wrong-type", "\(title) must be a mapping, not \(node.kindName)", at: node.location)
            return []
        }
        return entries
    }

    private mutating func flag(_ node: YAMLNode) -> Bool {
        if case .bool(let flag)? = node.scalar?.value { return flag }
        report("wrong-type", "\"approval\" must be true or false, not \(node.kindName)", at: node.location)
        return false
    }

    private mutating func minutes(_ node: YAMLNode) -> Double {
        let number = node.scalar.flatMap { Double($0.text) }
        if let number, (0...Self.longestWait).contains(number) { return number }
        report("wrong-value", "\"wait-timer\" must be minutes, from 0 to \(Int(Self.longestWait))", at: node.location)
        return 0
    }

    private mutating func patterns(_ node: YAMLNode) -> [String] {
        let elements = node.sequence ?? [node]
        return elements.compactMap { element in
            guard let text = element.scalar?.text else {
                report("wrong-type", "A pattern must be a string, not \(element.kindName)", at: element.location)
                return nil
            }
            do {
                _ = try GlobPattern(text)
                return text
            } catch {
                report("glob", "\"\(text)\" is no pattern: \(error)", at: element.location)
                return nil
            }
        }
    }

    private mutating func strings(_ node: YAMLNode, _ title: String) -> [String: String] {
        var result: [String: String] = [:]
        for entry in entries(node, title) {
            guard let scalar = entry.value.scalar else {
                report(
                    "wrong-type",
                    "\(entry.key) must be a string, not \(entry.value.kindName)",
                    at: entry.value.location
                )
                continue
            }
            guard entry.key.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil else {
                report("variable-name", "\"\(entry.key)\" is not a valid name", at: entry.keyLocation)
                continue
            }
            result[entry.key] = scalar.text
        }
        return result
    }

    private mutating func report(_ rule: String, _ message: String, at location: SourceLocation, _ help: String? = nil)
    {
        diagnostics.append(Diagnostic(rule: rule, message, at: location, help: help))
    }
}
