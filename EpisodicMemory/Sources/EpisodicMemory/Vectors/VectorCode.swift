/// A vector quantised to 512 bits: which side of each of 512 planes it is on. The share of bits in which two codes
/// differ estimates the angle between their vectors (Charikar's SimHash, 2002).
///
/// The planes are those of a randomised Hadamard transform: signs are flipped by a fixed pattern, the vector is
/// padded to 512 and transformed, twice. That spreads what a sparse vector has in few dimensions over all bits, and
/// costs 512·9 additions instead of 512·384 multiplications. Stored codes depend on the pattern.
struct VectorCode: Sendable, Equatable {
    static let words = 8
    static let bits = 512

    let value: SIMD8<UInt64>

    init(_ embedding: Embedding) {
        var values = embedding.values + [Float](repeating: 0, count: Self.bits - Embedding.dimensions)
        for round in 0..<2 {
            for index in values.indices where Self.flips[round][index] { values[index] = -values[index] }
            Self.transform(&values)
        }
        var code = SIMD8<UInt64>()
        for index in values.indices where values[index] > 0 {
            code[index >> 6] |= 1 << UInt64(index & 63)
        }
        self.value = code
    }

    /// - Returns: nil unless there are 64 bytes.
    init?(stored bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.bits / 8 else { return nil }
        var code = SIMD8<UInt64>()
        for word in 0..<Self.words {
            code[word] = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self))
        }
        self.value = code
    }

    var bytes: [UInt8] {
        (0..<Self.words).flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: value[word] >> (8 * UInt64($0))) }
        }
    }

    /// The fast Walsh-Hadamard transform, unscaled: only signs are looked at.
    private static func transform(_ values: inout [Float]) {
        values.withUnsafeMutableBufferPointer { values in
            var step = 1
            while step < bits {
                for block in stride(from: 0, to: bits, by: step * 2) {
                    for index in block..<(block + step) {
                        let (left, right) = (values[index], values[index + step])
                        values[index] = left + right
                        values[index + step] = left - right
                    }
                }
                step *= 2
            }
        }
    }

    /// Two fixed patterns from SplitMix64.
    private static let flips: [[Bool]] = {
        var state: UInt64 = 0x5EED_0F_E91_50D1C
        return (0..<2).map { _ in
            (0..<bits).map { _ in
                state = state &+ 0x9E37_79B9_7F4A_7C15
                var mixed = state
                mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
                mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
                return (mixed ^ mixed >> 31) & 1 == 1
            }
        }
    }()
}
