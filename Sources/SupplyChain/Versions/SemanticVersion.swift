/// A version by Semantic Versioning 2.0.0, without build metadata, which has no part in the order.
///
/// A leading `v` and missing minor and patch numbers are forgiven: tags and advisories have them.
struct SemanticVersion: Sendable, Hashable, Comparable {
    private enum Identifier: Sendable, Hashable, Comparable {
        // Numbers come before texts.
        case number(DigitString)
        case text(String)

        static func < (left: Self, right: Self) -> Bool {
            switch (left, right) {
            case (.number(let left), .number(let right)): left < right
            case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
            case (.number, .text): true
            case (.text, .number): false
            }
        }
    }

    let numbers: [DigitString]
    private let prerelease: [Identifier]

    init?(_ text: String) {
        var rest = text.prefix { $0 != "+" }
        if rest.first == "v" || rest.first == "V" { rest = rest.dropFirst() }
        let core = rest.prefix { $0 != "-" }
        let parts = core.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { DigitString($0) }
        guard (1...3).contains(parts.count), numbers.count == parts.count else { return nil }
        self.numbers = numbers + Array(repeating: .zero, count: 3 - numbers.count)
        guard core.endIndex < rest.endIndex else {
            prerelease = []
            return
        }
        let identifiers = rest[rest.index(after: core.endIndex)...].split(
            separator: ".",
            omittingEmptySubsequences: false
        )
        guard identifiers.allSatisfy(Self.isIdentifier) else { return nil }
        prerelease = identifiers.map { part in
            DigitString(part).map(Identifier.number) ?? .text(String(part))
        }
    }

    private static func isIdentifier(_ part: Substring) -> Bool {
        !part.isEmpty && part.utf8.allSatisfy { $0.isDigit || $0.isLetter || $0 == UInt8(ascii: "-") }
    }

    static func < (left: Self, right: Self) -> Bool {
        if left.numbers != right.numbers { return left.numbers.lexicographicallyPrecedes(right.numbers) }
        // A pre-release comes before its release.
        if left.prerelease.isEmpty || right.prerelease.isEmpty {
            return !left.prerelease.isEmpty && right.prerelease.isEmpty
        }
        return left.prerelease.lexicographicallyPrecedes(right.prerelease)
    }
}
