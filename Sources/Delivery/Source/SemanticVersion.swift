/// A version tag: `v1.10.0`, `2.0.0-rc.1` (semver.org 2.0.0; the `v` is a habit of tags).
package struct SemanticVersion: Sendable, Hashable, Comparable {
    package let numbers: [Int]
    /// Empty for a release proper.
    package let prerelease: [String]

    package init?(tag: String) {
        guard
            let match = tag.wholeMatch(
                of: /v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?/
            ), let major = Int(match.1), let minor = Int(match.2), let patch = Int(match.3)
        else { return nil }
        numbers = [major, minor, patch]
        prerelease = match.4.map { $0.split(separator: ".").map(String.init) } ?? []
    }

    package var isPrerelease: Bool { !prerelease.isEmpty }

    package static func < (left: Self, right: Self) -> Bool {
        if left.numbers != right.numbers { return left.numbers.lexicographicallyPrecedes(right.numbers) }
        // A version without a pre-release part is above all that lead to it.
        if left.prerelease.isEmpty || right.prerelease.isEmpty {
            return !left.prerelease.isEmpty && right.prerelease.isEmpty
        }
        for (one, other) in zip(left.prerelease, right.prerelease) where one != other {
            switch (Int(one), Int(other)) {
            case (let one?, let other?): return one < other
            case (nil, nil): return one < other
            case (let number, _): return number != nil
            }
        }
        return left.prerelease.count < right.prerelease.count
    }

    /// The highest release proper among tags.
    package static func highest(of tags: [String]) -> String? {
        tags.compactMap { tag in SemanticVersion(tag: tag).map { (tag, $0) } }
            .filter { !$0.1.isPrerelease }
            .max { $0.1 < $1.1 }?.0
    }
}
