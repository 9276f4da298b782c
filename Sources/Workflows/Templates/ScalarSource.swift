package import Core

/// A scalar as it stands in the file: its text and how to find any character of it again.
package struct ScalarSource: Sendable {
    package let text: String
    /// Where the scalar begins.
    package let location: SourceLocation
    let style: YAMLScalar.Style
    let file: SourceText

    /// The place of a character, given its UTF-8 offset in `text`.
    package func location(at offset: Int) -> SourceLocation {
        if offset == 0, style == .plain { return location }
        return file.location(of: offset, in: text, startingAt: location, style: style)
    }
}
