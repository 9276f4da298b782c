import CVectorKernels

/// The vectors of one tenant in one embedding space, each twice: as a code of 512 bits, which is quick to compare with
/// all others, and in one byte a dimension, which orders what the codes let through.
struct VectorColumn {
    struct Query {
        let vector: IndexedVector
        /// How many are wanted; those that are as far as the last of them come too.
        let limit: Int
        /// Whether an episode counts; asked only for those that are near enough. nil: all do.
        let isWanted: ((UInt32) -> Bool)?
    }

    struct Match {
        let slot: UInt32
        /// Nearly the cosine; what is wrong with it is in the third digit.
        let cosine: Double
    }

    private var chunks: [VectorChunk] = []
    private var count = 0

    /// - Returns: where it is from now on.
    mutating func append(_ vector: IndexedVector, slot: UInt32) -> UInt32 {
        if count % VectorChunk.capacity == 0 { chunks.append(VectorChunk()) }
        chunks[chunks.count - 1].append(vector, slot: slot)
        count += 1
        return UInt32(count - 1)
    }

    mutating func remove(at position: UInt32) {
        chunks[Int(position) / VectorChunk.capacity].remove(Int(position) % VectorChunk.capacity)
    }

    /// For each query the vectors whose codes differ least, in no order. The queries share one pass: a chunk stays in
    /// the processor's cache while all of them look at it.
    func nearest(_ queries: [Query]) -> [[Match]] {
        var selections = queries.map(NearestSelection.init)
        for (number, chunk) in chunks.enumerated() {
            for index in selections.indices {
                selections[index].look(at: chunk, from: UInt32(number * VectorChunk.capacity))
            }
        }
        return zip(queries, selections).map { query, selection in
            let positions = selection.positions
            return zip(positions, cosines(at: positions, query.vector.quantized)).map { position, cosine in
                Match(slot: slot(at: position), cosine: cosine)
            }
        }
    }

    /// Nearly the cosines.
    func cosines(at positions: [UInt32], _ query: QuantizedVector) -> [Double] {
        guard !positions.isEmpty else { return [] }
        let vectors = positions.map { position in
            chunks[Int(position) / VectorChunk.capacity].values(at: Int(position) % VectorChunk.capacity)
        }
        let dots = [Int32](unsafeUninitializedCapacity: positions.count) { dots, count in
            vk_dots_i8(query.values, vectors.map(\.pointer), vectors.count, Embedding.dimensions, dots.baseAddress)
            count = positions.count
        }
        return zip(dots, vectors).map { dot, vector in Double(dot) * Double(vector.scale) * Double(query.scale) }
    }

    private func slot(at position: UInt32) -> UInt32 {
        chunks[Int(position) / VectorChunk.capacity].slots[Int(position) % VectorChunk.capacity]
    }
}

/// Some vectors that lie together. What they take is allocated once, at its full size for all but the first few.
final class VectorChunk {
    static let capacity = 1024
    /// The slot of a vector that is gone.
    static let none = UInt32.max

    private(set) var count = 0
    /// Eight codes to a block, word by word; see `vk_near_512`.
    private(set) var blocks: [UInt64] = []
    /// Whose vector it is.
    private(set) var slots: [UInt32] = []
    private var scales: [Float] = []
    private var quantized: UnsafeMutableBufferPointer<Int8> = .allocate(capacity: 0)

    deinit {
        quantized.deallocate()
    }

    func append(_ vector: IndexedVector, slot: UInt32) {
        let lane = count % Int(VK_LANES)
        if lane == 0 { blocks.append(contentsOf: repeatElement(0, count: Int(VK_BLOCK_WORDS))) }
        let block = blocks.count - Int(VK_BLOCK_WORDS)
        for word in 0..<VectorCode.words { blocks[block + word * Int(VK_LANES) + lane] = vector.code.value[word] }
        makeRoom()
        let start = count * Embedding.dimensions
        _ = quantized[start..<(start + Embedding.dimensions)].update(fromContentsOf: vector.quantized.values)
        scales.append(vector.quantized.scale)
        slots.append(slot)
        count += 1
    }

    func remove(_ index: Int) {
        slots[index] = Self.none
    }

    /// Valid while nothing is appended.
    func values(at index: Int) -> (pointer: UnsafePointer<Int8>?, scale: Float) {
        (quantized.baseAddress.map { UnsafePointer($0 + index * Embedding.dimensions) }, scales[index])
    }

    private func makeRoom() {
        let needed = (count + 1) * Embedding.dimensions
        guard quantized.count < needed else { return }
        // A tenant with few episodes should not pay for many.
        let capacity = min(max(32, count * 4), Self.capacity) * Embedding.dimensions
        let larger = UnsafeMutableBufferPointer<Int8>.allocate(capacity: capacity)
        larger.initialize(repeating: 0)
        _ = larger.update(fromContentsOf: quantized)
        quantized.deallocate()
        quantized = larger
    }
}
