/// Finds the word a user most likely meant.
package enum Suggestion {
    /// The candidate nearest to `word`, if one is near enough to be a typing mistake.
    package static func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
        let limit = word.count < 2 ? 0 : max(1, word.count / 3)
        let ranked = candidates.map { ($0, distance(word.lowercased(), $0.lowercased())) }
        return ranked.filter { $0.1 <= limit }.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    /// `Did you mean "x"?`, or the list of what is allowed where nothing is near.
    package static func help(for word: String, in candidates: some Sequence<String>) -> String? {
        let all = candidates.sorted()
        if let near = nearest(to: word, in: all) { return "Did you mean \"\(near)\"?" }
        return all.isEmpty ? nil : "Allowed here: \(all.joined(separator: ", "))."
    }

    /// Optimal string alignment distance: insertions, deletions, replacements and swapped neighbours each cost one.
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left)
        let right = Array(right)
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var rows = [Array(0...right.count)]
        for i in 1...left.count {
            var row = [i]
            for j in 1...right.count {
                var best = min(rows[i - 1][j] + 1, row[j - 1] + 1)
                best = min(best, rows[i - 1][j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1))
                if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                    best = min(best, rows[i - 2][j - 2] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
