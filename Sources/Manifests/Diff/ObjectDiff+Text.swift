import Core

extension ObjectDiff {
    /// One line a change, longer values below it; with colours for a terminal.
    package func text(colored: Bool = false) -> String {
        entries.map { entry in
            switch entry.change {
            case .added(let value):
                Self.lines("+ \(entry.path)", value, sign: "+").map { Self.paint($0, "32", colored) }
            case .removed(let value):
                Self.lines("- \(entry.path)", value, sign: "-").map { Self.paint($0, "31", colored) }
            case .replaced(let old, let new):
                [
                    Self.paint("~ \(entry.path)", "33", colored) + ": " + Self.paint(Self.short(old), "31", colored)
                        + " → " + Self.paint(Self.short(new), "32", colored)
                ]
            }
        }.joined().joined(separator: "\n")
    }

    private static func lines(_ head: String, _ value: JSON, sign: String) -> [String] {
        switch value {
        case .object(let members) where !members.isEmpty: [head + ":"] + block(value, depth: 1).map { "\(sign) \($0)" }
        case .array(let elements) where !elements.isEmpty: [head + ":"] + block(value, depth: 1).map { "\(sign) \($0)" }
        default: [head + ": " + short(value)]
        }
    }

    /// The value as YAML-like lines.
    private static func block(_ value: JSON, depth: Int) -> [String] {
        let indent = String(repeating: "  ", count: depth)
        switch value {
        case .object(let members) where !members.isEmpty:
            return members.sorted { $0.key < $1.key }.flatMap { key, value in
                isLeaf(value)
                    ? ["\(indent)\(key): \(short(value))"] : ["\(indent)\(key):"] + block(value, depth: depth + 1)
            }
        case .array(let elements) where !elements.isEmpty:
            return elements.flatMap { element -> [String] in
                if isLeaf(element) { return ["\(indent)- \(short(element))"] }
                var lines = block(element, depth: depth + 1)
                lines[0] = "\(indent)- " + lines[0].drop { $0 == " " }
                return lines
            }
        default:
            return [indent + short(value)]
        }
    }

    private static func isLeaf(_ value: JSON) -> Bool {
        switch value {
        case .object(let members): members.isEmpty
        case .array(let elements): elements.isEmpty
        default: true
        }
    }

    private static func short(_ value: JSON) -> String {
        if case .string(let text) = value, text.count > 200 { return JSON.string("\(text.prefix(200))…").text() }
        return value.string.flatMap { $0.contains("\n") || $0.isEmpty ? nil : $0 } ?? value.text()
    }

    private static func paint(_ text: String, _ code: String, _ colored: Bool) -> String {
        colored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
