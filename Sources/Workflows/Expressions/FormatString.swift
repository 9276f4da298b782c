/// The first argument of `format`: text with `{0}`, `{1}`…; braces are doubled to stand for themselves.
enum FormatString {
    enum Piece: Equatable {
        case text(String)
        case argument(Int)
    }

    /// - Throws: `ExpressionError` (`.evaluation`) for stray braces and for arguments that are not there.
    static func parse(_ format: String, argumentCount: Int) throws -> [Piece] {
        let bytes = Array(format.utf8)
        var pieces: [Piece] = []
        var text: [UInt8] = []
        var index = 0
        let open = UInt8(ascii: "{")
        let close = UInt8(ascii: "}")
        func invalid() -> ExpressionError {
            ExpressionError(.evaluation, "The following format string is invalid: \(format)")
        }
        while index < bytes.count {
            let byte = bytes[index]
            guard byte == open || byte == close else {
                text.append(byte)
                index += 1
                continue
            }
            if index + 1 < bytes.count, bytes[index + 1] == byte {
                text.append(byte)
                index += 2
                continue
            }
            guard byte == open else { throw invalid() }
            let digits = bytes[(index + 1)...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            let end = index + 1 + digits.count
            guard let argument = UInt8(String(decoding: digits, as: UTF8.self)), end < bytes.count, bytes[end] == close
            else { throw invalid() }
            guard Int(argument) < argumentCount else {
                throw ExpressionError(
                    .evaluation,
                    "The following format string references more arguments than were supplied: \(format)"
                )
            }
            if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
            text = []
            pieces.append(.argument(Int(argument)))
            index = end + 1
        }
        if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
        return pieces
    }

    /// Doubles braces, so that `format` gives the text back.
    static func escaped(_ text: String) -> String {
        text.replacing("{", with: "{{").replacing("}", with: "}}")
    }
}
