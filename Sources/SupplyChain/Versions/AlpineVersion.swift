/// An Alpine package version: `number{.number}[letter]{_suffix[number]}[~hash][-rN]` (apk-tools, `apk-package(5)`).
struct AlpineVersion: Sendable, Hashable, Comparable {
    private let numbers: [[UInt8]]
    private let letter: UInt8
    private let suffixes: [Suffix]
    private let revision: DigitString

    private struct Suffix: Sendable, Hashable, Comparable {
        let rank: Int
        let number: DigitString

        static func < (left: Self, right: Self) -> Bool { (left.rank, left.number) < (right.rank, right.number) }
    }

    /// Before the release: alpha to rc; after it: the others.
    private static let before = ["alpha", "beta", "pre", "rc"]
    private static let after = ["cvs", "svn", "git", "hg", "p"]

    init?(_ text: String) {
        guard
            let match = text.wholeMatch(
                of: /([0-9]+(?:\.[0-9]+)*)([a-z])?((?:_[a-z]+[0-9]*)*)(?:~[0-9a-f]+)?(?:-r([0-9]+))?/
            )
        else { return nil }
        numbers = match.1.split(separator: ".").map { Array($0.utf8) }
        letter = match.2?.utf8.first ?? 0
        revision = match.4.flatMap { DigitString($0) } ?? .zero
        var suffixes: [Suffix] = []
        for part in match.3.split(separator: "_") {
            let name = String(part.prefix { $0.isLetter })
            let number = DigitString(part.dropFirst(name.count)) ?? .zero
            if let index = Self.before.firstIndex(of: name) {
                suffixes.append(Suffix(rank: index - Self.before.count, number: number))
            } else if let index = Self.after.firstIndex(of: name) {
                suffixes.append(Suffix(rank: index + 1, number: number))
            } else {
                return nil
            }
        }
        self.suffixes = suffixes
    }

    static func < (left: Self, right: Self) -> Bool {
        for (index, (one, other)) in zip(left.numbers, right.numbers).enumerated() where one != other {
            // A later number with a leading zero is compared as the digits of a fraction.
            if index > 0, one.first == UInt8(ascii: "0") || other.first == UInt8(ascii: "0") {
                return one.lexicographicallyPrecedes(other)
            }
            if DigitString(one) != DigitString(other) { return DigitString(one) < DigitString(other) }
        }
        if left.numbers.count != right.numbers.count { return left.numbers.count < right.numbers.count }
        if left.letter != right.letter { return left.letter < right.letter }
        let none = Suffix(rank: 0, number: .zero)
        for index in 0..<max(left.suffixes.count, right.suffixes.count) {
            let one = index < left.suffixes.count ? left.suffixes[index] : none
            let other = index < right.suffixes.count ? right.suffixes[index] : none
            if one != other { return one < other }
        }
        return left.revision < right.revision
    }
}
