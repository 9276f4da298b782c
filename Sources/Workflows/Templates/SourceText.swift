package import Core

/// The text of a file, for turning an offset in a YAML value into a line and column.
package final class SourceText: Sendable {
    package let text: String
    /// The path as the user would name it.
    package let file: String
    private let bytes: [UInt8]
    private let lineStarts: [Int]

    package init(_ text: String, file: String) {
        self.text = text
        self.file = file
        bytes = Array(text.utf8)
        var starts = [0]
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(index + 1) }
        lineStarts = starts
    }

    package var start: SourceLocation { SourceLocation(file: file, line: 1, column: 1) }

    /// Where a character of a scalar's value was written.
    ///
    /// The value and the file are walked side by side: folding, indentation and escapes only ever change white space
    /// and quotes, so the two meet again at the next visible character.
    ///
    /// The offset counts UTF-8 bytes of the value; `start` is where YAML says that the scalar begins: its quote, its
    /// `|`, or its first character.
    func location(
        of offset: Int,
        in value: String,
        startingAt start: SourceLocation,
        style: YAMLScalar.Style
    ) -> SourceLocation {
        guard var position = self.offset(of: start) else { return start }
        position = contentStart(position, style: style)
        let wanted = Array(value.utf8.prefix(offset))
        for byte in wanted {
            position = advance(position, to: byte, style: style)
            if position < bytes.count { position += escapeLength(at: position, style: style) }
        }
        if value.utf8.count > offset {
            let next = value.utf8[value.utf8.index(value.utf8.startIndex, offsetBy: offset)]
            position = advance(position, to: next, style: style)
        }
        return location(at: min(position, bytes.count))
    }

    /// Skips the quote, or a block scalar's header line.
    private func contentStart(_ position: Int, style: YAMLScalar.Style) -> Int {
        var position = skipProperties(position)
        switch style {
        case .plain: return position
        case .singleQuoted, .doubleQuoted: return position + 1
        case .literal, .folded:
            while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
            return position + 1
        }
    }

    /// Skips anchors and tags: `&name`, `!!str`.
    private func skipProperties(_ start: Int) -> Int {
        var position = start
        while position < bytes.count, bytes[position] == UInt8(ascii: "&") || bytes[position] == UInt8(ascii: "!") {
            while position < bytes.count, !Self.isSpace(bytes[position]) { position += 1 }
            while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
        }
        return position
    }

    /// Skips what folding and indentation put between the last character and this one.
    private func advance(_ start: Int, to byte: UInt8, style: YAMLScalar.Style) -> Int {
        var position = start
        if Self.isSpace(byte) {
            // A space of the value may be a line break of the file: either is one step.
            return position
        }
        while position < bytes.count, bytes[position] != byte, Self.isSpace(bytes[position]) { position += 1 }
        if style == .doubleQuoted, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "\n")
        {
            position += 2
            while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
        }
        return position
    }

    /// How many bytes of the file one byte of the value takes: 2 for `''` and `\"`.
    private func escapeLength(at position: Int, style: YAMLScalar.Style) -> Int {
        let byte = bytes[position]
        switch style {
        case .singleQuoted where byte == UInt8(ascii: "'"): return 2
        case .doubleQuoted where byte == UInt8(ascii: "\\"): return 2
        default: return 1
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    private func offset(of location: SourceLocation) -> Int? {
        guard lineStarts.indices.contains(location.line - 1) else { return nil }
        var position = lineStarts[location.line - 1]
        var column = 1
        while column < location.column, position < bytes.count {
            position += 1
            // Continuation bytes belong to the column of their first byte.
            while position < bytes.count, bytes[position] & 0xC0 == 0x80 { position += 1 }
            column += 1
        }
        return position
    }

    private func location(at offset: Int) -> SourceLocation {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        let column = bytes[lineStarts[low]..<offset].count { $0 & 0xC0 != 0x80 } + 1
        return SourceLocation(file: file, line: low + 1, column: column)
    }
}
