/// The number grammar of RFC 8259 section 6.
enum JSONNumber {
    /// Powers of ten that a double holds exactly.
    private static let exactPowers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// The number at the start of `bytes` and how many bytes it takes; nil when there is none or it is too large.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> (JSONValue, Int)? {
        var position = 0
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { position = 1 }
        var digits = Digits()
        let integerStart = position
        while let digit = digit(bytes, at: position) {
            digits.append(digit)
            position += 1
        }
        let integerLength = position - integerStart
        guard integerLength > 0, integerLength == 1 || bytes[integerStart] != UInt8(ascii: "0") else { return nil }
        var isInteger = true
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            let start = position
            while let digit = digit(bytes, at: position) {
                digits.append(digit)
                digits.exponent -= 1
                position += 1
            }
            guard position > start else { return nil }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            guard let length = exponent(bytes, from: position + 1, into: &digits) else { return nil }
            position += 1 + length
        }
        if isInteger, let magnitude = digits.exactMagnitude, magnitude <= UInt64(Int.max) {
            return (.integer(isNegative ? -Int(magnitude) : Int(magnitude)), position)
        }
        guard let value = digits.double(isNegative: isNegative, text: UnsafeBufferPointer(rebasing: bytes[..<position]))
        else { return nil }
        return (.number(value), position)
    }

    private static func digit(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> UInt8? {
        guard position < bytes.count else { return nil }
        let digit = bytes[position] &- UInt8(ascii: "0")
        return digit < 10 ? digit : nil
    }

    private static func exponent(
        _ bytes: UnsafeBufferPointer<UInt8>,
        from start: Int,
        into digits: inout Digits
    ) -> Int? {
        var position = start
        guard position < bytes.count else { return nil }
        let isNegative = bytes[position] == UInt8(ascii: "-")
        if isNegative || bytes[position] == UInt8(ascii: "+") { position += 1 }
        let first = position
        var exponent = 0
        while let digit = digit(bytes, at: position) {
            exponent = min(exponent * 10 + Int(digit), 100_000)
            position += 1
        }
        guard position > first else { return nil }
        digits.exponent += isNegative ? -exponent : exponent
        return position - start
    }

    /// The decimal digits read so far, as a whole number and a power of ten.
    private struct Digits {
        private var magnitude: UInt64 = 0
        private var overflowed = false
        var exponent = 0

        mutating func append(_ digit: UInt8) {
            let (product, first) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, second) = product.addingReportingOverflow(UInt64(digit))
            overflowed = overflowed || first || second
            magnitude = sum
        }

        var exactMagnitude: UInt64? { overflowed ? nil : magnitude }

        /// Clinger's fast path: both factors are exact doubles, so that one operation rounds rightly. Else `strtod`.
        func double(isNegative: Bool, text: UnsafeBufferPointer<UInt8>) -> Double? {
            if !overflowed, magnitude <= 1 << 53, abs(exponent) < exactPowers.count {
                let value =
                    exponent < 0
                    ? Double(magnitude) / exactPowers[-exponent] : Double(magnitude) * exactPowers[exponent]
                return isNegative ? -value : value
            }
            guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else { return nil }
            return value
        }
    }
}
