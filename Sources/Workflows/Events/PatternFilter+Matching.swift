extension PatternFilter {
    /// Whether the filter lets a name through. Patterns are tried in order and the last match decides.
    ///
    /// A malformed pattern, which a diagnostic reports, matches nothing.
    package func allows(_ name: String) -> Bool { isListed(name) == (mode == .only) }

    /// Whether the filter lets a change of these files through: `paths` needs one listed file, `paths-ignore` one
    /// that is not listed. GitHub looks at the first 300 files.
    package func allows(anyOf files: [String]) -> Bool {
        let compiled = compiledPatterns
        return files.prefix(300).contains { Self.isListed($0, by: compiled) == (mode == .only) }
    }

    private func isListed(_ name: String) -> Bool { Self.isListed(name, by: compiledPatterns) }

    private var compiledPatterns: [GlobPattern] { patterns.compactMap { try? GlobPattern($0.value) } }

    private static func isListed(_ name: String, by patterns: [GlobPattern]) -> Bool {
        var listed = false
        for pattern in patterns where pattern.isNegated == listed && pattern.matches(name) {
            listed = !pattern.isNegated
        }
        return listed
    }
}
