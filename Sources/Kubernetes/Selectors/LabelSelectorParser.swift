import Core

extension LabelSelector {
    /// Reads the string form: `app=x,tier!=db,env in (a, b),!legacy,size>3`.
    ///
    /// - Throws: `KubernetesStatusError` (bad request) with the place of the mistake.
    package init(parsing text: String) throws(KubernetesStatusError) {
        var parser = LabelSelectorParser(text)
        self.init(try parser.parse())
    }
}

/// The grammar of `k8s.io/apimachinery/pkg/labels`.
struct LabelSelectorParser {
    private enum Token: Equatable {
        case word(String)
        case symbol(String)
        case end
    }

    private let text: String
    private var tokens: [Token]
    private var position = 0

    init(_ text: String) {
        self.text = text
        tokens = Self.tokens(of: text)
    }

    private static func tokens(of text: String) -> [Token] {
        var tokens: [Token] = []
        var rest = Substring(text)
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if let symbol = ["==", "!=", "=", "!", "(", ")", ",", ">", "<"].first(where: rest.hasPrefix) {
                tokens.append(.symbol(symbol))
                rest.removeFirst(symbol.count)
            } else {
                let word = rest.prefix { !$0.isWhitespace && !"=!(),><".contains($0) }
                tokens.append(.word(String(word)))
                rest.removeFirst(word.count)
            }
        }
        return tokens
    }

    private var current: Token { position < tokens.count ? tokens[position] : .end }

    mutating func parse() throws(KubernetesStatusError) -> [LabelSelector.Requirement] {
        var requirements: [LabelSelector.Requirement] = []
        guard current != .end else { return [] }
        while true {
            requirements.append(try requirement())
            if current == .end { return requirements }
            try expect(",")
            if current == .end { throw failure("identifier after ','") }
        }
    }

    private mutating func requirement() throws(KubernetesStatusError) -> LabelSelector.Requirement {
        if current == .symbol("!") {
            position += 1
            return .init(key: try key(), operator: .doesNotExist)
        }
        let key = try key()
        let token = current
        switch token {
        case .end, .symbol(","):
            return .init(key: key, operator: .exists)
        case .symbol("="), .symbol("=="):
            position += 1
            return .init(key: key, operator: .equals, values: [try value()])
        case .symbol("!="):
            position += 1
            return .init(key: key, operator: .notEquals, values: [try value()])
        case .symbol(">"), .symbol("<"):
            position += 1
            let bound = try value()
            guard Int64(bound) != nil else { throw failure("an integer, found '\(bound)'") }
            return .init(key: key, operator: token == .symbol(">") ? .greaterThan : .lessThan, values: [bound])
        case .word("in"), .word("notin"):
            position += 1
            return .init(key: key, operator: token == .word("in") ? .in : .notIn, values: try values())
        default:
            throw failure("one of: in, notin, =, ==, !=, gt, lt")
        }
    }

    private mutating func key() throws(KubernetesStatusError) -> String {
        guard case .word(let key) = current else { throw failure("a label key") }
        guard LabelSyntax.isKey(key) else { throw failure("a valid label key, found '\(key)'") }
        position += 1
        return key
    }

    /// A value may be missing: `a=` wants the empty value.
    private mutating func value() throws(KubernetesStatusError) -> String {
        guard case .word(let value) = current else { return "" }
        guard LabelSyntax.isValue(value) else { throw failure("a valid label value, found '\(value)'") }
        position += 1
        return value
    }

    private mutating func values() throws(KubernetesStatusError) -> [String] {
        try expect("(")
        var values = [try value()]
        while current == .symbol(",") {
            position += 1
            values.append(try value())
        }
        try expect(")")
        return values
    }

    private mutating func expect(_ symbol: String) throws(KubernetesStatusError) {
        guard current == .symbol(symbol) else { throw failure("'\(symbol)'") }
        position += 1
    }

    private func failure(_ expected: String) -> KubernetesStatusError {
        let found =
            switch current {
            case .word(let text), .symbol(let text): "'\(text)'"
            case .end: "the end"
            }
        return .badRequest("unable to parse requirement: found \(found), expected: \(expected), in selector '\(text)'")
    }
}
