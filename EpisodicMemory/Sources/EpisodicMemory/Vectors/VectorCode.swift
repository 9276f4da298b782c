import CVectorKernels

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
        var code = SIMD8<UInt64>()
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.bits) { values in
            _ = values.update(fromContentsOf: embedding.values)
            values[Embedding.dimensions...].update(repeating: 0)
            withUnsafeMutableBytes(of: &code) { code in
                vk_signs_512(values.baseAddress, Self.flips, code.assumingMemoryBound(to: UInt64.self).baseAddress)
            }
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

    /// Two fixed patterns from SplitMix64.
    private static let flips: [Float] = {
        var state: UInt64 = 0x5EED_0F_E91_50D1C
        return (0..<(2 * bits)).map { _ in
            state = state &+ 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return (mixed ^ mixed >> 31) & 1 == 1 ? -1 : 1
        }
    }()
}
