internal import Core

/// Finds the expressions in a scalar.
enum TemplateParser {
    struct Piece {
        let text: String
        let isExpression: Bool
        /// UTF-8 offset of the piece in the scalar.
        let offset: Int
    }

    static func hasExpression(_ text: String) -> Bool {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return false }
        return text.contains("${{")
    }

    /// Splits text at `${{` and `}}`; quotes inside an expression hide a `}}`.
    ///
    /// - Returns: the pieces, and the offset of a `${{` that is never closed.
    static func split(_ text: String) -> (pieces: [Piece], unclosed: Int?) {
        let bytes = Array(text.utf8)
        var pieces: [Piece] = []
        var index = 0
        var textStart = 0
        func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        while index + 3 <= bytes.count {
            guard bytes[index] == UInt8(ascii: "$"), bytes[index + 1] == UInt8(ascii: "{"),
                bytes[index + 2] == UInt8(ascii: "{")
            else {
                index += 1
                continue
            }
            guard let end = closing(bytes, from: index + 3) else { return (pieces, index) }
            if textStart < index {
                pieces.append(Piece(text: string(textStart..<index), isExpression: false, offset: textStart))
            }
            pieces.append(Piece(text: string((index + 3)..<end), isExpression: true, offset: index + 3))
            index = end + 2
            textStart = index
        }
        if textStart < bytes.count {
            pieces.append(Piece(text: string(textStart..<bytes.count), isExpression: false, offset: textStart))
        }
        return (pieces, nil)
    }

    private static func closing(_ bytes: [UInt8], from start: Int) -> Int? {
        var isQuoted = false
        var index = start
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "'") { isQuoted.toggle() }
            if !isQuoted, bytes[index] == UInt8(ascii: "}"), index + 1 < bytes.count,
                bytes[index + 1] == UInt8(ascii: "}")
            {
                return index
            }
            index += 1
        }
        return nil
    }
}
