import Core

/// Numbers in tar headers: octal digits, or base 256 where the first byte's high bit is set (GNU).
enum TarNumber {
    static func parse(_ field: ArraySlice<UInt8>, _ name: String) throws -> Int64 {
        if let first = field.first, first & 0x80 != 0 { return try parseBinary(field, name) }
        let digits = field.drop { $0 == 0x20 || $0 == 0 }.prefix { $0 != 0x20 && $0 != 0 }
        var value: Int64 = 0
        for digit in digits {
            guard (0x30...0x37).contains(digit), value < 1 << 59 else { throw invalid(name) }
            value = value << 3 | Int64(digit - 0x30)
        }
        return value
    }

    private static func parseBinary(_ field: ArraySlice<UInt8>, _ name: String) throws -> Int64 {
        let negative = field.first == 0xFF
        var value: Int64 = negative ? -1 : 0
        for (offset, byte) in field.enumerated() {
            let bits = offset == 0 && !negative ? byte & 0x7F : byte
            guard value >= -(1 << 54), value < 1 << 54 else { throw invalid(name) }
            value = value << 8 | Int64(bits)
        }
        guard !negative || name == "mtime" else { throw invalid(name) }
        return value
    }

    private static func invalid(_ name: String) -> SlipwayError {
        SlipwayError(.invalidInput, "Not a valid tar archive", why: "A header's \(name) is not a number.")
    }

    /// Octal digits with a NUL behind them; nil where the number does not fit.
    static func octal(_ value: Int64, width: Int) -> [UInt8]? {
        guard value >= 0 else { return nil }
        let digits = String(value, radix: 8)
        guard digits.utf8.count < width else { return nil }
        return Array(repeating: UInt8(ascii: "0"), count: width - 1 - digits.utf8.count) + Array(digits.utf8) + [0]
    }
}
