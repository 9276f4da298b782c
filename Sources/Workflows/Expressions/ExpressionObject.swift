/// An ordered map from names to values; names are compared without regard to case unless told otherwise.
package final class ExpressionObject: Sendable {
    package struct Entry: Sendable {
        package let key: String
        package let value: ExpressionValue

        package init(key: String, value: ExpressionValue) {
            self.key = key
            self.value = value
        }
    }

    package let entries: [Entry]
    /// `env` on Linux and macOS tells `PATH` from `Path`.
    package let isCaseSensitive: Bool
    /// Folded name to position; nil for small objects, where a walk is faster.
    private let positions: [String: Int]?

    /// Of two entries with the same name the first stays, as in GitHub's `fromJSON`.
    package init(_ entries: [(String, ExpressionValue)], caseSensitive: Bool = false) {
        isCaseSensitive = caseSensitive
        var kept: [Entry] = []
        kept.reserveCapacity(entries.count)
        if entries.count <= Self.smallCount {
            for (key, value) in entries where !kept.contains(where: { Self.matches($0.key, key, caseSensitive) }) {
                kept.append(Entry(key: key, value: value))
            }
            positions = nil
        } else {
            var positions: [String: Int] = [:]
            for (key, value) in entries {
                let folded = caseSensitive ? key : OrdinalText.folded(key)
                if positions[folded] != nil { continue }
                positions[folded] = kept.count
                kept.append(Entry(key: key, value: value))
            }
            self.positions = positions
        }
        self.entries = kept
    }

    package var keys: [String] { entries.map(\.key) }

    package subscript(_ key: String) -> ExpressionValue? {
        if let positions {
            return positions[isCaseSensitive ? key : OrdinalText.folded(key)].map { entries[$0].value }
        }
        return entries.first { Self.matches($0.key, key, isCaseSensitive) }?.value
    }

    private static let smallCount = 8

    private static func matches(_ left: String, _ right: String, _ caseSensitive: Bool) -> Bool {
        caseSensitive ? left == right : OrdinalText.equalIgnoringCase(left, right)
    }
}
