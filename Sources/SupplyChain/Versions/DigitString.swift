/// Decimal digits compared as a number of any length: versions such as `20240101123456789012` exceed every integer.
struct DigitString: Sendable, Hashable, Comparable {
    /// Without leading zeros; empty is zero.
    private let digits: [UInt8]

    init(_ digits: some Sequence<UInt8>) { self.digits = Array(digits.drop { $0 == UInt8(ascii: "0") }) }

    init?(_ text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        self.init(Array(text.utf8))
    }

    var isZero: Bool { digits.isEmpty }

    static let zero = DigitString([])

    static func < (left: Self, right: Self) -> Bool {
        if left.digits.count != right.digits.count { return left.digits.count < right.digits.count }
        return left.digits.lexicographicallyPrecedes(right.digits)
    }
}

extension UInt8 {
    var isDigit: Bool { (0x30...0x39).contains(self) }
    var isLetter: Bool { (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) }
}
