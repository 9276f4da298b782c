/// A RubyGems version: numbers and words between dots; a word makes it a pre-release (`Gem::Version`).
struct RubyVersion: Sendable, Hashable, Comparable {
    private enum Segment: Sendable, Hashable {
        case number(DigitString)
        case word(String)
    }

    private let segments: [Segment]

    init?(_ text: String) {
        let pattern = /\s*[0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*)?\s*/
        guard text.wholeMatch(of: pattern) != nil else { return nil }
        // A hyphen stands for ".pre.".
        let found = text.replacing("-", with: ".pre.").matches(of: /[0-9]+|[a-zA-Z]+/)
        let all = found.map { match in DigitString(match.output).map(Segment.number) ?? .word(String(match.output)) }
        // Zeros at the end of the numbers, and at the end of all, mean nothing.
        let split = all.firstIndex { if case .word = $0 { true } else { false } } ?? all.endIndex
        segments = Self.withoutZeros(all[..<split]) + Self.withoutZeros(all[split...])
    }

    private static func withoutZeros(_ segments: ArraySlice<Segment>) -> [Segment] {
        var segments = Array(segments)
        while segments.last == .number(.zero) { segments.removeLast() }
        return segments
    }

    static func < (left: Self, right: Self) -> Bool {
        for index in 0..<max(left.segments.count, right.segments.count) {
            let one = index < left.segments.count ? left.segments[index] : .number(.zero)
            let other = index < right.segments.count ? right.segments[index] : .number(.zero)
            if one == other { continue }
            switch (one, other) {
            case (.number(let one), .number(let other)): return one < other
            case (.word(let one), .word(let other)): return one.utf8.lexicographicallyPrecedes(other.utf8)
            case (.word, .number): return true
            case (.number, .word): return false
            }
        }
        return false
    }
}
