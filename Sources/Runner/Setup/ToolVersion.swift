/// A version of a tool: `20.11.1`, `1.22rc1`, `17.0.15+6`.
struct ToolVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    let numbers: [Int]
    /// What follows the numbers of a version that is not final yet; empty for a final one.
    let prerelease: String

    /// The first version in a text, or nil.
    init?(_ text: some StringProtocol) {
        guard let match = String(text).firstMatch(of: /(\d+(?:\.\d+)*)(?:-?((?:rc|beta|alpha|a|b|dev)[\w.]*))?/),
            match.1.count < 40
        else { return nil }
        numbers = match.1.split(separator: ".").compactMap { Int($0) }
        prerelease = match.2.map(String.init) ?? ""
    }

    subscript(_ index: Int) -> Int { index < numbers.count ? numbers[index] : 0 }

    static func < (left: ToolVersion, right: ToolVersion) -> Bool {
        for index in 0..<max(left.numbers.count, right.numbers.count) where left[index] != right[index] {
            return left[index] < right[index]
        }
        if left.prerelease.isEmpty != right.prerelease.isEmpty { return !left.prerelease.isEmpty }
        return left.prerelease < right.prerelease
    }

    var description: String { numbers.map(String.init).joined(separator: ".") + prerelease }
}

/// What `…-version` asks for: `20`, `3.11.x`, `^18.2`, `>=3.8 <3.12 || 2.7`, `~=1.21`, `*`.
struct ToolVersionRange: Sendable {
    private struct Bound: Sendable {
        let relation: String
        let version: ToolVersion

        func holds(_ candidate: ToolVersion) -> Bool {
            switch relation {
            case ">=": candidate >= version
            case ">": candidate > version && !startsWith(candidate)
            case "<=": candidate <= version || startsWith(candidate)
            case "<": candidate < version
            case "!=": !startsWith(candidate)
            case "^": candidate >= version && sameUp(to: firstSignificant, candidate)
            case "~": candidate >= version && sameUp(to: min(version.numbers.count - 1, 1), candidate)
            case "~=": candidate >= version && sameUp(to: max(0, version.numbers.count - 2), candidate)
            default: startsWith(candidate) && (version.prerelease.isEmpty || candidate.prerelease == version.prerelease)
            }
        }

        private var firstSignificant: Int { version.numbers.firstIndex { $0 != 0 } ?? 0 }

        private func sameUp(to index: Int, _ candidate: ToolVersion) -> Bool {
            (0...index).allSatisfy { candidate[$0] == version[$0] }
        }

        private func startsWith(_ candidate: ToolVersion) -> Bool {
            version.numbers.indices.allSatisfy { candidate[$0] == version[$0] }
        }
    }

    private let alternatives: [[Bound]]
    /// Whether versions that are not final yet will do.
    private let allowsPrereleases: Bool

    /// - Returns: nil for what is no range.
    init?(_ text: String, allowsPrereleases: Bool = false) {
        var alternatives: [[Bound]] = []
        for part in text.replacing("||", with: "|").split(separator: "|", omittingEmptySubsequences: false) {
            let spaced = part.replacing(/([<>=!~^]+)\s+/) { String($0.1) }
            var bounds: [Bound] = []
            for word in spaced.split(whereSeparator: { $0 == " " || $0 == "," }) {
                if ["*", "x", "X", "latest"].contains(word) { continue }
                guard let match = word.wholeMatch(of: /([<>=!~^]*)v?(\d[\w.+-]*?)(?:\.[xX*])*/) else { return nil }
                guard let version = ToolVersion(match.2) else { return nil }
                let relation = ["=", "=="].contains(match.1) ? "" : String(match.1)
                bounds.append(Bound(relation: relation, version: version))
            }
            alternatives.append(bounds)
        }
        self.alternatives = alternatives
        let namesOne = alternatives.joined().contains { !$0.version.prerelease.isEmpty }
        self.allowsPrereleases = allowsPrereleases || namesOne
    }

    func contains(_ version: ToolVersion) -> Bool {
        if !version.prerelease.isEmpty, !allowsPrereleases { return false }
        return alternatives.contains { $0.allSatisfy { $0.holds(version) } }
    }
}
