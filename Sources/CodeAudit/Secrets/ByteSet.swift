/// A set of bytes with a look-up in constant time.
struct ByteSet: Sendable, Hashable {
    private var bits: [UInt64] = [0, 0, 0, 0]

    init(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { bits[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
    }

    init(_ text: StaticString) {
        self.init(text.withUTF8Buffer { Array($0) })
    }

    func contains(_ byte: UInt8) -> Bool { bits[Int(byte >> 6)] & (1 << UInt64(byte & 63)) != 0 }

    func union(_ other: ByteSet) -> ByteSet {
        var result = self
        for index in 0..<4 { result.bits[index] |= other.bits[index] }
        return result
    }

    static let digits = ByteSet("0123456789")
    static let lowercase = ByteSet("abcdefghijklmnopqrstuvwxyz")
    static let uppercase = ByteSet("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    static let letters = lowercase.union(uppercase)
    static let alphanumeric = letters.union(digits)
    static let hex = ByteSet("0123456789abcdef")
    static let base32 = uppercase.union(ByteSet("234567"))
    static let base64 = alphanumeric.union(ByteSet("+/"))
    static let base64URL = alphanumeric.union(ByteSet("-_"))
    static let word = alphanumeric.union(ByteSet("_"))
}
