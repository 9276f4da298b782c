/// The repository's other files, for checks across files.
package protocol ReferencedFiles: Sendable {
    /// The text of a file; nil where it does not exist. The path is relative to the repository's root.
    func contents(of path: String) -> String?
    /// Whether the repository can be looked at at all; where not, a missing file is no finding.
    var isAvailable: Bool { get }
}

/// For a file on its own.
package struct NoFiles: ReferencedFiles {
    package init() {}
    package func contents(of path: String) -> String? { nil }
    package var isAvailable: Bool { false }
}
