/// Comparing text as .NET's `OrdinalIgnoreCase` does: scalar by scalar, after simple upper-casing; no locale.
package enum OrdinalText {
    package static func equalIgnoringCase(_ left: String, _ right: String) -> Bool {
        var first = left.utf8.makeIterator()
        var second = right.utf8.makeIterator()
        while true {
            switch (first.next(), second.next()) {
            case (nil, nil): return true
            case (let a?, let b?):
                if a == b, a < 0x80 { continue }
                if a >= 0x80 || b >= 0x80 { return units(left) == units(right) }
                if upper(a) != upper(b) { return false }
            default:
                // Lengths in bytes may differ between cases of non-ASCII letters.
                return isASCII(left) && isASCII(right) ? false : units(left) == units(right)
            }
        }
    }

    /// Whether `left` sorts before `right`, by UTF-16 units.
    package static func precedesIgnoringCase(_ left: String, _ right: String) -> Bool {
        units(left).lexicographicallyPrecedes(units(right))
    }

    package static func containsIgnoringCase(_ text: String, _ part: String) -> Bool {
        let needle = units(part)
        if needle.isEmpty { return true }
        let hay = units(text)
        guard hay.count >= needle.count else { return false }
        for start in 0...(hay.count - needle.count) where hay[start] == needle[0] {
            if hay[start..<(start + needle.count)].elementsEqual(needle) { return true }
        }
        return false
    }

    package static func hasPrefixIgnoringCase(_ text: String, _ prefix: String) -> Bool {
        units(text).starts(with: units(prefix))
    }

    package static func hasSuffixIgnoringCase(_ text: String, _ suffix: String) -> Bool {
        units(text).reversed().starts(with: units(suffix).reversed())
    }

    /// Upper case, for use as a dictionary's key.
    package static func folded(_ text: String) -> String {
        if isASCII(text) { return String(decoding: text.utf8.map(upper), as: UTF8.self) }
        return String(decoding: units(text), as: UTF16.self)
    }

    private static func isASCII(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }

    private static func upper(_ byte: UInt8) -> UInt8 { (0x61...0x7A).contains(byte) ? byte - 0x20 : byte }

    private static func units(_ text: String) -> [UInt16] {
        var result: [UInt16] = []
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if scalar.value < 0x80 {
                result.append(UInt16(upper(UInt8(scalar.value))))
            } else {
                result.append(contentsOf: UTF16.encode(upper(scalar)).map(Array.init) ?? [0xFFFD])
            }
        }
        return result
    }

    /// The simple upper-case form. A letter never becomes ASCII or longer: .NET keeps `ı`, `ſ` and `ß` as they are.
    private static func upper(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let mapped = scalar.properties.uppercaseMapping.unicodeScalars
        guard let first = mapped.first, mapped.count == 1, first.value >= 0x80 else { return scalar }
        return first
    }
}
