/// A Maven version: numbers and qualifiers between dots, hyphens and changes from digits to letters (Maven's "Version
/// Order Specification").
struct MavenVersion: Sendable, Comparable {
    private enum Value: Sendable, Hashable {
        case number(DigitString)
        /// By rank; words that mean nothing to Maven come after all that do, by the alphabet.
        case qualifier(Int, String)
    }

    private struct Token: Sendable, Hashable {
        let afterHyphen: Bool
        let value: Value

        /// Whether it says nothing: `1.0` and `1` are the same version.
        var isNull: Bool {
            switch value {
            case .number(let number): number.isZero
            case .qualifier(let rank, _): rank == MavenVersion.releaseRank
            }
        }
    }

    private let tokens: [Token]

    private static let ranks = [
        "alpha": 0, "beta": 1, "milestone": 2, "rc": 3, "cr": 3, "snapshot": 4, "": 5, "final": 5, "ga": 5,
        "release": 5,
        "sp": 6,
    ]
    private static let releaseRank = 5
    private static let wordRank = 7

    init?(_ text: String) {
        guard !text.isEmpty, !text.contains(where: \.isWhitespace) else { return nil }
        var tokens: [Token] = []
        var piece: [UInt8] = []
        var afterHyphen = false
        func finish(isFollowedByDigit: Bool) {
            tokens.append(Token(afterHyphen: afterHyphen, value: Self.value(piece, isFollowedByDigit)))
            piece = []
        }
        for byte in text.lowercased().utf8 {
            if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") {
                finish(isFollowedByDigit: false)
                afterHyphen = byte != UInt8(ascii: ".")
            } else {
                if let last = piece.last, last.isDigit != byte.isDigit {
                    finish(isFollowedByDigit: byte.isDigit)
                    afterHyphen = true
                }
                piece.append(byte)
            }
        }
        finish(isFollowedByDigit: false)
        self.tokens = Self.trimmed(tokens)
    }

    private static func value(_ piece: [UInt8], _ isFollowedByDigit: Bool) -> Value {
        if piece.isEmpty { return .number(.zero) }
        if piece[0].isDigit { return .number(DigitString(piece)) }
        var word = String(decoding: piece, as: UTF8.self)
        if isFollowedByDigit { word = ["a": "alpha", "b": "beta", "m": "milestone"][word] ?? word }
        return ranks[word].map { .qualifier($0, "") } ?? .qualifier(wordRank, word)
    }

    /// Leaves out what says nothing at the end, and before each hyphen.
    private static func trimmed(_ tokens: [Token]) -> [Token] {
        var tokens = tokens
        var end = tokens.count
        while end > 0 {
            if tokens[end - 1].isNull, end > 1 {
                tokens.remove(at: end - 1)
                end -= 1
            } else {
                // On to what stands before the previous hyphen.
                guard let hyphen = tokens[..<end].lastIndex(where: \.afterHyphen), hyphen > 0 else { break }
                end = hyphen
            }
        }
        return tokens
    }

    static func == (left: Self, right: Self) -> Bool { !(left < right) && !(right < left) }

    static func < (left: Self, right: Self) -> Bool {
        for index in 0..<max(left.tokens.count, right.tokens.count) {
            let one = index < left.tokens.count ? left.tokens[index] : nil
            let other = index < right.tokens.count ? right.tokens[index] : nil
            guard let order = compare(one ?? other.map(padding), other ?? one.map(padding)) else { continue }
            return order
        }
        return false
    }

    /// What stands where the other version goes on: nothing, of the same kind.
    private static func padding(_ token: Token) -> Token {
        switch token.value {
        case .number: Token(afterHyphen: token.afterHyphen, value: .number(.zero))
        case .qualifier: Token(afterHyphen: token.afterHyphen, value: .qualifier(releaseRank, ""))
        }
    }

    /// Whether the left token comes first; nil where they are equal.
    private static func compare(_ left: Token?, _ right: Token?) -> Bool? {
        guard let left, let right else { return nil }
        switch (left.value, right.value) {
        case (.number(let one), .number(let other)):
            // -number comes before .number.
            if left.afterHyphen != right.afterHyphen { return left.afterHyphen }
            return one == other ? nil : one < other
        case (.qualifier(let one, let word), .qualifier(let other, let otherWord)):
            return one == other && word == otherWord ? nil : (one, word) < (other, otherWord)
        case (.qualifier, .number): return true
        case (.number, .qualifier): return false
        }
    }
}
