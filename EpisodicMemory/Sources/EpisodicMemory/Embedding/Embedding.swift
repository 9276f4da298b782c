import CVectorKernels

/// A direction in 384 dimensions, of length one, so that an inner product is the cosine of the angle.
package struct Embedding: Sendable, Equatable {
    package static let dimensions = 384

    package let values: [Float]

    /// nil unless there are 384 finite values, not all zero.
    package init?<Value: BinaryFloatingPoint>(_ values: [Value]) {
        guard values.count == Self.dimensions, values.allSatisfy(\.isFinite) else { return nil }
        // Large values would overflow when squared, and small ones vanish.
        guard let largest = values.map(\.magnitude).max(), largest > 0 else { return nil }
        let scaled = values.map { Float($0 / largest) }
        let length = Self.dot(scaled, scaled).squareRoot()
        self.values = scaled.map { $0 / length }
    }

    /// Of values that have length one.
    init(unit values: [Float]) {
        self.values = values
    }

    /// From -1 to 1.
    package func cosine(_ other: Embedding) -> Double {
        Double(Self.dot(values, other.values))
    }

    private static func dot(_ left: [Float], _ right: [Float]) -> Float {
        left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in vk_dot(left.baseAddress, right.baseAddress, left.count) }
        }
    }
}

/// Where a vector comes from. Only vectors of one space can be compared.
struct EmbeddingSpace: Sendable, Hashable {
    let code: Int64

    /// What this service makes by itself. The number is part of stored data: another algorithm is another space.
    static let featureHashing = EmbeddingSpace(code: 1)
    /// What came with requests.
    static let client = EmbeddingSpace(code: 2)

    /// What an embeddings endpoint makes with one of its models.
    static func model(_ name: String) -> EmbeddingSpace {
        EmbeddingSpace(code: Int64(StableHash.of(name) >> 2) + 16)
    }
}
