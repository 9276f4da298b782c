internal import Foundation

/// Numbers from and to text, as the runner's .NET code reads and writes them.
enum NumberText {
    /// Reads a string as a number: trimmed, decimal with exponent, `0x` and `0o` within 32 bits, `Infinity` spelled
    /// exactly so; an empty string is 0 and anything else NaN.
    static func parse(_ text: String) -> Double {
        let bytes = Array(text.utf8)
        // The common case needs no Unicode trimming.
        if let value = decimal(bytes[...]) { return value }
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if trimmed.isEmpty { return 0 }
        let inner = Array(trimmed.utf8)
        if let value = decimal(inner[...]) { return value }
        if inner.count > 2, inner[0] == UInt8(ascii: "0") {
            let digits = String(decoding: inner[2...], as: UTF8.self)
            let isPlain = inner[2] != UInt8(ascii: "+") && inner[2] != UInt8(ascii: "-")
            // A hexadecimal number is a bit pattern: 0xffffffff is -1.
            if inner[1] == UInt8(ascii: "x"), isPlain {
                return UInt32(digits, radix: 16).map { Double(Int32(bitPattern: $0)) } ?? .nan
            }
            if inner[1] == UInt8(ascii: "o"), isPlain {
                return UInt32(digits, radix: 8).map { Double(Int32(bitPattern: $0)) } ?? .nan
            }
        }
        switch trimmed {
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        default: return .nan
        }
    }

    /// Writes a number with at most 15 significant digits (.NET's `G15`); minus zero is `0`.
    static func write(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
        if number == 0 { return "0" }
        if number == number.rounded(), abs(number) < 1e15 { return String(Int64(number)) }
        let text = String(format: "%.14e", abs(number))
        let parts = text.split(separator: "e")
        guard parts.count == 2, let exponent = Int(parts[1]) else { return text }
        var digits = parts[0].utf8.filter { $0 != UInt8(ascii: ".") }.map { $0 }
        while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
        let sign = number < 0 ? "-" : ""
        if exponent < -4 || exponent >= 15 {
            let fraction = digits.count > 1 ? "." + String(decoding: digits[1...], as: UTF8.self) : ""
            let magnitude = abs(exponent)
            return sign + String(decoding: digits[..<1], as: UTF8.self) + fraction + "E" + (exponent < 0 ? "-" : "+")
                + (magnitude < 10 ? "0" : "") + String(magnitude)
        }
        if exponent < 0 {
            return sign + "0." + String(repeating: "0", count: -exponent - 1) + String(decoding: digits, as: UTF8.self)
        }
        while digits.count < exponent + 1 { digits.append(UInt8(ascii: "0")) }
        let whole = String(decoding: digits[...exponent], as: UTF8.self)
        let fraction =
            digits.count > exponent + 1 ? "." + String(decoding: digits[(exponent + 1)...], as: UTF8.self) : ""
        return sign + whole + fraction
    }

    /// `[+-]digits[.digits][e[+-]digits]` with at least one digit before the exponent; nil for anything else.
    private static func decimal(_ bytes: ArraySlice<UInt8>) -> Double? {
        var rest = bytes
        if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest.removeFirst() }
        var mantissa = takeDigits(&rest)
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            mantissa += takeDigits(&rest)
        }
        guard mantissa > 0 else { return nil }
        if let letter = rest.first, letter == UInt8(ascii: "e") || letter == UInt8(ascii: "E") {
            rest.removeFirst()
            if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest.removeFirst() }
            guard takeDigits(&rest) > 0 else { return nil }
        }
        guard rest.isEmpty else { return nil }
        return strtod(String(decoding: bytes, as: UTF8.self), nil)
    }

    private static func takeDigits(_ bytes: inout ArraySlice<UInt8>) -> Int {
        let digits = bytes.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
        bytes = bytes.dropFirst(digits)
        return digits
    }
}
