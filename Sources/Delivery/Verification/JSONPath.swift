import Core

/// A place in a JSON document: `$.items[0].name`, `$['odd key']`. The singular part of RFC 9535: no wildcards.
package struct JSONPath: Sendable, Hashable, Codable, CustomStringConvertible {
    enum Step: Hashable {
        case member(String)
        case element(Int)
    }

    package let description: String

    /// nil where the text is no such path.
    package init?(_ text: String) {
        guard Self.parse(text) != nil else { return nil }
        description = text
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let path = JSONPath(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\"\(text)\" is no JSON path")
            )
        }
        self = path
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// The value at this place; nil where there is none. A negative index counts from the end.
    package func value(in document: JSON) -> JSON? {
        guard let steps = Self.parse(description) else { return nil }
        var current = document
        for step in steps {
            switch step {
            case .member(let name):
                guard let next = current[name] else { return nil }
                current = next
            case .element(let index):
                let position = index < 0 ? (current.array?.count ?? 0) + index : index
                guard let next = current[position] else { return nil }
                current = next
            }
        }
        return current
    }

    private static func parse(_ text: String) -> [Step]? {
        guard text.first == "$" else { return nil }
        var rest = text.dropFirst()
        var steps: [Step] = []
        while let first = rest.first {
            if first == "." {
                let name = rest.dropFirst().prefix { $0 != "." && $0 != "[" }
                guard !name.isEmpty else { return nil }
                steps.append(.member(String(name)))
                rest = rest.dropFirst(1 + name.count)
            } else if let (step, length) = bracket(rest) {
                steps.append(step)
                rest = rest.dropFirst(length)
            } else {
                return nil
            }
        }
        return steps
    }

    /// `[3]`, `['name']` or `["name"]`, and how many characters it takes.
    private static func bracket(_ text: Substring) -> (Step, Int)? {
        guard text.first == "[", let second = text.dropFirst().first else { return nil }
        if second == "'" || second == "\"" {
            let name = text.dropFirst(2).prefix { $0 != second }
            guard text.dropFirst(2 + name.count).hasPrefix("\(second)]") else { return nil }
            return (.member(String(name)), name.count + 4)
        }
        let digits = text.dropFirst().prefix { $0 != "]" }
        guard let index = Int(digits), text.dropFirst(1 + digits.count).first == "]" else { return nil }
        return (.element(index), digits.count + 2)
    }
}
