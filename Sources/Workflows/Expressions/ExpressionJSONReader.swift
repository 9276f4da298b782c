/// A strict JSON reader (RFC 8259) that keeps the order of keys.
struct ExpressionJSONReader {
    static let maximumDepth = 100

    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func readDocument() throws -> ExpressionValue {
        skipSpace()
        let value = try readValue(depth: 1)
        skipSpace()
        guard index == bytes.count else { throw failure("unexpected text after the value") }
        return value
    }

    private mutating func readValue(depth: Int) throws -> ExpressionValue {
        guard depth <= Self.maximumDepth else { throw failure("nested more than \(Self.maximumDepth) levels deep") }
        guard let byte = peek else { throw failure("unexpected end") }
        switch byte {
        case UInt8(ascii: "{"): return try readObject(depth: depth)
        case UInt8(ascii: "["): return try readArray(depth: depth)
        case UInt8(ascii: "\""): return .string(try readString())
        case UInt8(ascii: "t"): return try readWord("true", .bool(true))
        case UInt8(ascii: "f"): return try readWord("false", .bool(false))
        case UInt8(ascii: "n"): return try readWord("null", .null)
        default: return try readNumber()
        }
    }

    private mutating func readObject(depth: Int) throws -> ExpressionValue {
        index += 1
        var entries: [(String, ExpressionValue)] = []
        skipSpace()
        if take("}") { return .object(entries) }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw failure("expected a key in double quotes") }
            let key = try readString()
            skipSpace()
            guard take(":") else { throw failure("expected ':' after the key") }
            skipSpace()
            entries.append((key, try readValue(depth: depth + 1)))
            skipSpace()
            if take(",") { continue }
            guard take("}") else { throw failure("expected ',' or '}'") }
            return .object(entries)
        }
    }

    private mutating func readArray(depth: Int) throws -> ExpressionValue {
        index += 1
        var elements: [ExpressionValue] = []
        skipSpace()
        if take("]") { return .array(elements) }
        while true {
            skipSpace()
            elements.append(try readValue(depth: depth + 1))
            skipSpace()
            if take(",") { continue }
            guard take("]") else { throw failure("expected ',' or ']'") }
            return .array(elements)
        }
    }

    private mutating func readWord(_ word: String, _ value: ExpressionValue) throws -> ExpressionValue {
        guard bytes[index...].starts(with: word.utf8) else { throw failure("expected a value") }
        index += word.utf8.count
        return value
    }

    private mutating func readNumber() throws -> ExpressionValue {
        let start = index
        _ = take("-")
        let whole = takeDigits()
        guard whole > 0 else {
            index = start
            throw failure("expected a value")
        }
        if whole > 1, bytes[index - whole] == UInt8(ascii: "0") { throw failure("a number must not start with 0") }
        if take(".") {
            guard takeDigits() > 0 else { throw failure("expected digits after '.'") }
        }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard takeDigits() > 0 else { throw failure("expected digits in the exponent") }
        }
        return .number(NumberText.parse(String(decoding: bytes[start..<index], as: UTF8.self)))
    }

    private mutating func readString() throws -> String {
        index += 1
        var result: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return String(decoding: result, as: UTF8.self)
            case UInt8(ascii: "\\"):
                index += 1
                result.append(contentsOf: String(try readEscape()).utf8)
            case 0..<0x20:
                throw failure("a control character in a string must be escaped")
            default:
                result.append(byte)
                index += 1
            }
        }
        throw failure("the string is not closed")
    }

    private mutating func readEscape() throws -> Unicode.Scalar {
        guard let byte = peek else { throw failure("the string is not closed") }
        index += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "u"): return try readUnicodeEscape()
        default: throw failure("unknown escape")
        }
    }

    private mutating func readUnicodeEscape() throws -> Unicode.Scalar {
        let unit = try readHex()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        // A surrogate: only a high one followed by a low one is a character.
        guard unit < 0xDC00, take("\\"), take("u") else { return "\u{FFFD}" }
        let low = try readHex()
        guard (0xDC00..<0xE000).contains(low) else { return "\u{FFFD}" }
        return Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func readHex() throws -> UInt32 {
        guard index + 4 <= bytes.count,
            bytes[index..<(index + 4)].allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
            let value = UInt32(String(decoding: bytes[index..<(index + 4)], as: UTF8.self), radix: 16)
        else { throw failure("expected four hexadecimal digits") }
        index += 4
        return value
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func takeDigits() -> Int {
        let start = index
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        return index - start
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private func failure(_ reason: String) -> ExpressionError {
        let before = bytes[..<min(index, bytes.count)]
        let line = before.count { $0 == 0x0A } + 1
        let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
        return ExpressionError(.evaluation, "Error parsing fromJSON: \(reason) at line \(line), column \(column)")
    }
}
