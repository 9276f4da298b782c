/// One pattern of a `branches`, `tags` or `paths` filter.
///
/// `*` stops at `/`, `**` does not, `?` and `+` repeat the character before them, `[a-z]` is a class, `\` takes the
/// next character as it is, and a leading `!` takes back what earlier patterns matched.
package struct GlobPattern: Sendable {
    package enum Problem: Error, Sendable, Hashable {
        case empty
        case nothingToRepeat(Character)
        case unclosedClass
        case emptyClass
        case backwardRange(String)
        case trailingBackslash
    }

    package let isNegated: Bool
    private let tokens: [Token]

    private enum Token: Sendable {
        /// Any number of characters but `/`.
        case star
        /// Any number of characters.
        case globstar
        /// Nothing, or anything that ends with `/`.
        case folders
        case set(CharacterSet, Repetition)
    }

    private struct CharacterSet: Sendable {
        var ranges: [ClosedRange<UInt32>]

        func contains(_ scalar: Unicode.Scalar) -> Bool { ranges.contains { $0.contains(scalar.value) } }
    }

    private enum Repetition: Sendable { case once, optional, oneOrMore }

    /// - Throws: `GlobPattern.Problem`.
    package init(_ pattern: String) throws {
        var rest = Array(pattern.unicodeScalars)[...]
        isNegated = rest.first == "!"
        if isNegated { rest.removeFirst() }
        guard !rest.isEmpty else { throw Problem.empty }
        var tokens: [Token] = []
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*":
                guard rest.first == "*" else {
                    tokens.append(.star)
                    continue
                }
                while rest.first == "*" { rest.removeFirst() }
                let startsFolder = tokens.isEmpty || Self.endsWithSlash(tokens)
                if rest.first == "/", startsFolder {
                    rest.removeFirst()
                    tokens.append(.folders)
                } else {
                    tokens.append(.globstar)
                }
            case "?", "+":
                guard case .set(let set, .once)? = tokens.last else {
                    throw Problem.nothingToRepeat(Character(scalar))
                }
                tokens[tokens.count - 1] = .set(set, scalar == "?" ? .optional : .oneOrMore)
            case "[": tokens.append(.set(try Self.readClass(&rest), .once))
            case "\\":
                guard let next = rest.popFirst() else { throw Problem.trailingBackslash }
                tokens.append(.set(CharacterSet(ranges: [next.value...next.value]), .once))
            default: tokens.append(.set(CharacterSet(ranges: [scalar.value...scalar.value]), .once))
            }
        }
        self.tokens = tokens
    }

    private static func endsWithSlash(_ tokens: [Token]) -> Bool {
        switch tokens.last {
        case .folders: true
        case .set(let set, .once): set.ranges == [0x2F...0x2F]
        default: false
        }
    }

    private static func readClass(_ rest: inout ArraySlice<Unicode.Scalar>) throws -> CharacterSet {
        var ranges: [ClosedRange<UInt32>] = []
        while let scalar = rest.popFirst() {
            if scalar == "]" {
                guard !ranges.isEmpty else { throw Problem.emptyClass }
                return CharacterSet(ranges: ranges)
            }
            guard rest.first == "-", let end = rest.dropFirst().first, end != "]" else {
                ranges.append(scalar.value...scalar.value)
                continue
            }
            rest.removeFirst(2)
            guard scalar.value <= end.value else { throw Problem.backwardRange("\(scalar)-\(end)") }
            ranges.append(scalar.value...end.value)
        }
        throw Problem.unclosedClass
    }

    // MARK: - Matching

    /// Whether the pattern, without its `!`, matches the whole text. Takes time proportional to both lengths.
    package func matches(_ text: String) -> Bool {
        // Two states a token: before it, and (odd) inside it after at least one character.
        var states = [Bool](repeating: false, count: 2 * tokens.count + 1)
        enter(0, &states)
        for scalar in text.unicodeScalars {
            var next = [Bool](repeating: false, count: states.count)
            for (index, token) in tokens.enumerated() where states[2 * index] || states[2 * index + 1] {
                switch token {
                case .star:
                    if scalar != "/" { enter(2 * index, &next) }
                case .globstar: enter(2 * index, &next)
                case .folders:
                    next[2 * index + 1] = true
                    if scalar == "/" { enter(2 * index + 2, &next) }
                case .set(let set, let repetition):
                    guard set.contains(scalar) else { continue }
                    enter(2 * index + 2, &next)
                    if repetition == .oneOrMore { next[2 * index + 1] = true }
                }
            }
            states = next
        }
        return states[2 * tokens.count]
    }

    /// Marks a state and all that can be reached from it without a character.
    private func enter(_ state: Int, _ states: inout [Bool]) {
        var state = state
        while true {
            states[state] = true
            guard state < 2 * tokens.count else { return }
            switch tokens[state / 2] {
            case .star, .globstar, .folders, .set(_, .optional): state = (state / 2 + 1) * 2
            case .set: return
            }
        }
    }
}

extension GlobPattern.Problem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty: "the pattern is empty"
        case .nothingToRepeat(let mark): "\"\(mark)\" repeats the character before it, and there is none"
        case .unclosedClass: "\"[\" is not closed"
        case .emptyClass: "\"[]\" matches nothing"
        case .backwardRange(let range): "the range \"\(range)\" runs backwards"
        case .trailingBackslash: "nothing follows the backslash"
        }
    }
}
