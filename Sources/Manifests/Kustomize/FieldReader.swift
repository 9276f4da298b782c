import Core

/// A value and where it was written.
struct Located<Value> {
    let value: Value
    let location: SourceLocation

    func map<Other>(_ transform: (Value) -> Other) -> Located<Other> {
        Located<Other>(value: transform(value), location: location)
    }
}

extension Located: Sendable where Value: Sendable {}

/// Gathers what is wrong, so that a user sees every mistake at once.
final class DiagnosticsCollector {
    private(set) var diagnostics: [Diagnostic] = []

    func report(_ rule: String, _ message: String, at location: SourceLocation, help: String? = nil) {
        diagnostics.append(Diagnostic(rule: rule, message, at: location, help: help))
    }

    func throwIfAny() throws {
        guard diagnostics.isEmpty else { throw DiagnosticsError(diagnostics) }
    }
}

/// Reads the fields of a mapping by name; `finish` refuses those that nobody asked for.
final class FieldReader {
    let node: YAMLNode
    let collector: DiagnosticsCollector
    private let what: String
    private let text: String
    private var known: Set<String> = []

    /// `what` names the mapping in messages: `a patch`.
    init(_ node: YAMLNode, what: String, text: String, collector: DiagnosticsCollector) {
        self.node = node
        self.what = what
        self.text = text
        self.collector = collector
        if node.mapping == nil, !node.isNull { fail(node, "\(what) must be a mapping, not \(node.kindName)") }
    }

    func field(_ name: String) -> YAMLNode? {
        known.insert(name)
        return node[name].flatMap { $0.isNull ? nil : $0 }
    }

    func string(_ name: String) -> Located<String>? {
        field(name).flatMap { string($0, "\(name)") }
    }

    /// - Returns: the string; a missing one is reported.
    func required(_ name: String) -> Located<String>? {
        guard field(name) != nil else {
            fail(node, "\(what) needs \"\(name)\"")
            return nil
        }
        return string(name)
    }

    func flag(_ name: String) -> Bool {
        guard let node = field(name) else { return false }
        guard let value = node.scalar.flatMap({ try? ManifestScalar.value($0).bool }) else {
            fail(node, "\(name) must be true or false, not \(node.kindName)")
            return false
        }
        return value
    }

    func integer(_ name: String) -> Located<Int>? {
        guard let node = field(name) else { return nil }
        guard let value = node.scalar?.value.int else {
            fail(node, "\(name) must be a whole number, not \(node.kindName)")
            return nil
        }
        return Located(value: value, location: node.location)
    }

    func strings(_ name: String) -> [Located<String>] {
        elements(name).compactMap { string($0, "each of \(name)") }
    }

    /// A mapping of strings. Kustomize takes numbers and booleans too, as they are written.
    func map(_ name: String) -> [String: String] {
        guard let node = field(name) else { return [:] }
        guard let entries = node.mapping else {
            fail(node, "\(name) must be a mapping, not \(node.kindName)")
            return [:]
        }
        var result: [String: String] = [:]
        for entry in entries {
            guard let value = string(entry.value, "\(name).\(entry.key)") else { continue }
            result[entry.key] = value.value
        }
        return result
    }

    func readers(_ name: String, what: String) -> [FieldReader] {
        elements(name).map { FieldReader($0, what: what, text: text, collector: collector) }
    }

    func reader(_ name: String, what: String) -> FieldReader? {
        field(name).map { FieldReader($0, what: what, text: text, collector: collector) }
    }

    func elements(_ name: String) -> [YAMLNode] {
        guard let node = field(name) else { return [] }
        guard let elements = node.sequence else {
            fail(node, "\(name) must be a list, not \(node.kindName)")
            return []
        }
        return elements
    }

    /// Reports the fields that exist in kustomize and not here, then those that exist nowhere.
    func finish(unsupported: [String: String] = [:]) {
        for entry in node.mapping ?? [] where !known.contains(entry.key) {
            if let why = unsupported[entry.key] {
                collector.report("unsupported-field", "\(entry.key) is not supported: \(why)", at: entry.keyLocation)
            } else {
                collector.report(
                    "unknown-field",
                    "\(what) has no field \"\(entry.key)\"",
                    at: entry.keyLocation,
                    help: Suggestion.help(for: entry.key, in: known)
                )
            }
        }
    }

    func fail(_ node: YAMLNode, _ message: String, help: String? = nil) {
        collector.report("kustomization", message, at: node.location, help: help)
    }

    private func string(_ node: YAMLNode, _ name: String) -> Located<String>? {
        guard let scalar = node.scalar else {
            fail(node, "\(name) must be a string, not \(node.kindName)")
            return nil
        }
        return Located(value: scalar.text, location: node.location)
    }
}

extension YAMLNode {
    var isNull: Bool { scalar?.value.isNull ?? false }
}
