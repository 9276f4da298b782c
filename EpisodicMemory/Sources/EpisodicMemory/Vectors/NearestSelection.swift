import CVectorKernels

/// Gathers the vectors whose codes differ least from that of one query.
struct NearestSelection {
    /// Blocks that are compared before the limit on the distance is drawn tighter: few at first, while all are let
    /// through.
    private static let firstStep = 16

    private let query: VectorColumn.Query
    private let words: [UInt64]
    /// Distances with positions, of everything that was near enough when it was met.
    private var candidates: [(distance: UInt16, position: UInt32)] = []
    private var counts = [Int32](repeating: 0, count: VectorCode.bits + 1)
    private var kept = 0
    /// Nothing farther than this can be among the nearest any more.
    private var farthest = VectorCode.bits

    init(_ query: VectorColumn.Query) {
        self.query = query
        words = (0..<VectorCode.words).map { query.vector.code.value[$0] }
        candidates.reserveCapacity(1024)
    }

    var positions: [UInt32] {
        candidates.filter { $0.distance <= farthest }.map(\.position)
    }

    /// Looks at all vectors of a chunk; `start` is the position of its first.
    mutating func look(at chunk: VectorChunk, from start: UInt32) {
        let slots = chunk.slots
        let blocks = chunk.blocks
        let blockCount = blocks.count / Int(VK_BLOCK_WORDS)
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: VectorChunk.capacity) { positions in
            withUnsafeTemporaryAllocation(of: UInt16.self, capacity: VectorChunk.capacity) { distances in
                var block = 0
                while block < blockCount {
                    let step = min(blockCount - block, kept < query.limit ? Self.firstStep : blockCount)
                    let found = blocks.withUnsafeBufferPointer { blocks in
                        vk_near_512(
                            words,
                            blocks.baseAddress.map { $0 + block * Int(VK_BLOCK_WORDS) },
                            step,
                            UInt32(farthest),
                            positions.baseAddress,
                            distances.baseAddress
                        )
                    }
                    for entry in 0..<found {
                        let index = block * Int(VK_LANES) + Int(positions[entry])
                        guard index < slots.count, slots[index] != VectorChunk.none else { continue }
                        take(distances[entry], at: start + UInt32(index), slot: slots[index])
                    }
                    block += step
                }
            }
        }
    }

    private mutating func take(_ distance: UInt16, at position: UInt32, slot: UInt32) {
        guard distance <= farthest, query.isWanted?(slot) ?? true else { return }
        candidates.append((distance, position))
        counts[Int(distance)] += 1
        kept += 1
        while kept - Int(counts[farthest]) >= query.limit, farthest > 0 {
            kept -= Int(counts[farthest])
            farthest -= 1
        }
    }
}
