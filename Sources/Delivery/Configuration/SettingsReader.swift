import Core
import Foundation

/// The mistakes found so far, each once: a shared section is read again for every environment.
final class DiagnosticList {
    private(set) var all: [Diagnostic] = []

    func add(_ diagnostic: Diagnostic) {
        if !all.contains(diagnostic) { all.append(diagnostic) }
    }

    func add(_ rule: String, _ message: String, at location: SourceLocation, help: String? = nil) {
        add(Diagnostic(rule: rule, message, at: location, help: help))
    }
}

/// Reads one mapping of `slipway.yml`: typed values, and a message for every wrong, missing or unknown key.
///
/// `shared` holds the same section of the file's top level; the environment's own keys stand before it.
struct SettingsReader {
    let name: String
    let location: SourceLocation
    let diagnostics: DiagnosticList
    private let entries: [YAMLEntry]

    /// `name` is how messages name the mapping (`watch`), `allowed` every key it may hold.
    init(
        _ node: YAMLNode,
        over shared: YAMLNode? = nil,
        name: String,
        allowed: Set<String>,
        diagnostics: DiagnosticList
    ) {
        self.name = name
        location = node.location
        self.diagnostics = diagnostics
        var entries: [YAMLEntry] = []
        for mapping in [node, shared].compactMap({ $0 }) {
            guard let own = mapping.mapping else {
                diagnostics.add(
                    "wrong-type",
                    "\(name) must be a mapping, not \(mapping.kindName)",
                    at: mapping.location
                )
                continue
            }
            for entry in own {
                if !allowed.contains(entry.key) {
                    diagnostics.add(
                        "unknown-key",
                        "Unknown key \"\(entry.key)\" in \(name)",
                        at: entry.keyLocation,
                        help: Suggestion.help(for: entry.key, in: allowed)
                    )
                } else if !entries.contains(where: { $0.key == entry.key }) {
                    entries.append(entry)
                }
            }
        }
        self.entries = entries
    }

    func has(_ key: String) -> Bool { node(key) != nil }

    func node(_ key: String) -> YAMLNode? { entries.first { $0.key == key }?.value }

    /// A text, also where YAML reads a number or a boolean: `container: 1` means the text.
    func text(_ key: String) -> LocatedText? {
        guard let node = node(key) else { return nil }
        guard let scalar = node.scalar, !scalar.value.isNull, !scalar.text.isEmpty else {
            return wrong(node, key, "a string")
        }
        return LocatedText(text: scalar.text, location: node.location)
    }

    func required(_ key: String, why: String) -> LocatedText? {
        if has(key) { return text(key) }
        diagnostics.add("missing-key", "\(name) has no \"\(key)\": \(why)", at: location)
        return nil
    }

    func bool(_ key: String) -> Bool? {
        guard let node = node(key) else { return nil }
        guard let value = node.scalar?.value.bool else { return wrong(node, key, "true or false") }
        return value
    }

    func int(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let node = node(key) else { return nil }
        guard let value = node.scalar?.value.int, range.contains(value) else {
            return wrong(node, key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A number such as `0.9`, `1.25`, or a share such as `1%`.
    func number(_ key: String, in range: ClosedRange<Double>) -> Double? {
        guard let node = node(key) else { return nil }
        let text = node.scalar?.text ?? ""
        let value = text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
        guard let value, range.contains(value) else {
            let isOpen = range.upperBound == .greatestFiniteMagnitude
            return wrong(node, key, isOpen ? "a number" : "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// Seconds of a text such as `5m`.
    func duration(_ key: String, atLeast minimum: TimeInterval = 0) -> TimeInterval? {
        guard let node = node(key) else { return nil }
        guard let text = node.scalar?.text, let value = DurationText.parse(text) else {
            return wrong(node, key, "a duration with a unit, such as 90s or 5m")
        }
        guard value >= minimum else {
            return wrong(node, key, "at least \(DurationText.format(minimum))")
        }
        return value
    }

    /// A share of a text such as `1%` or `0.01`, strictly between none and all.
    func share(_ key: String) -> Double? {
        guard let node = node(key) else { return nil }
        let text = (node.scalar?.text ?? "").filter { $0 != " " }
        let value = text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
        guard let value, value > 0, value < 1 else {
            return wrong(node, key, "a share above 0 % and below 100 %, such as 1%")
        }
        return value
    }

    func choice<Value: RawRepresentable & CaseIterable>(_ key: String, _: Value.Type = Value.self) -> Value?
    where Value.RawValue == String {
        guard let node = node(key) else { return nil }
        let allowed = Value.allCases.map(\.rawValue)
        guard let text = node.scalar?.text, let value = Value(rawValue: text) else {
            let word = node.scalar?.text ?? ""
            diagnostics.add(
                "invalid-value",
                "\(name).\(key) must be one of \(allowed.joined(separator: ", "))",
                at: node.location,
                help: Suggestion.nearest(to: word, in: allowed).map { "Did you mean \"\($0)\"?" }
            )
            return nil
        }
        return value
    }

    /// A list of texts; a single text stands for a list of one.
    func texts(_ key: String) -> [LocatedText]? {
        guard let node = node(key) else { return nil }
        let elements = node.sequence ?? [node]
        return elements.compactMap { element -> LocatedText? in
            guard let scalar = element.scalar, !scalar.value.isNull, !scalar.text.isEmpty else {
                return wrong(element, key, "a list of strings")
            }
            return LocatedText(text: scalar.text, location: element.location)
        }
    }

    func list(_ key: String) -> [YAMLNode]? {
        guard let node = node(key) else { return nil }
        guard let elements = node.sequence else { return wrong(node, key, "a list") }
        return elements
    }

    private func wrong<Value>(_ node: YAMLNode, _ key: String, _ expected: String) -> Value? {
        let found = node.scalar.map { $0.value.isNull ? "nothing" : "\"\($0.text)\"" } ?? node.kindName
        diagnostics.add("wrong-type", "\(name).\(key) must be \(expected), not \(found)", at: node.location)
        return nil
    }
}
