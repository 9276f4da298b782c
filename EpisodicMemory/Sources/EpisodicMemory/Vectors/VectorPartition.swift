import CVectorKernels

/// The codes of one tenant in one embedding space, and where each episode's is.
struct VectorPartition: Sendable {
    private(set) var snapshot = VectorSnapshot()
    private var positions: [Int64: Int] = [:]

    var count: Int { positions.count }

    mutating func add(_ entry: VectorEntry, _ code: VectorCode) {
        remove(entry.episode)
        positions[entry.episode] = snapshot.append(entry, code)
    }

    mutating func remove(_ episode: Int64) {
        if let position = positions.removeValue(forKey: episode) { snapshot.remove(at: position) }
    }
}

/// The codes as they were at one moment. A value: a search works on its copy while others go on adding, which costs
/// them a copy of one chunk.
struct VectorSnapshot: Sendable {
    private struct Chunk: Sendable {
        static let capacity = 1024

        var codes: [UInt64] = []
        var entries: [VectorEntry] = []
        /// Removed entries stay, marked, until the process starts again.
        var removed: Set<Int> = []
    }

    private var chunks: [Chunk] = []

    /// - Returns: where it is now.
    fileprivate mutating func append(_ entry: VectorEntry, _ code: VectorCode) -> Int {
        if chunks.last.map({ $0.entries.count == Chunk.capacity }) ?? true { chunks.append(Chunk()) }
        let last = chunks.count - 1
        for word in 0..<VectorCode.words { chunks[last].codes.append(code.value[word]) }
        chunks[last].entries.append(entry)
        return last * Chunk.capacity + chunks[last].entries.count - 1
    }

    fileprivate mutating func remove(at position: Int) {
        chunks[position / Chunk.capacity].removed.insert(position % Chunk.capacity)
    }

    /// The episodes whose codes differ least from `code`, nearest first.
    func nearest(to code: VectorCode, limit: Int, filter: VectorFilter) -> [Int64] {
        var query = (0..<VectorCode.words).map { code.value[$0] }
        var candidates: [[Int64]] = Array(repeating: [], count: VectorCode.bits + 1)
        var counts = [Int](repeating: 0, count: VectorCode.bits + 1)
        var kept = 0
        // Nothing farther than this can be among the nearest any more.
        var farthest = VectorCode.bits
        var distances = [UInt16](repeating: 0, count: Chunk.capacity)
        for chunk in chunks {
            vk_hamming_512(&query, chunk.codes, chunk.entries.count, &distances)
            for index in chunk.entries.indices where Int(distances[index]) <= farthest {
                let entry = chunk.entries[index]
                guard filter.matches(entry), chunk.removed.isEmpty || !chunk.removed.contains(index) else { continue }
                let distance = Int(distances[index])
                candidates[distance].append(entry.episode)
                counts[distance] += 1
                kept += 1
                while kept - counts[farthest] >= limit, farthest > 0 {
                    kept -= counts[farthest]
                    farthest -= 1
                }
            }
        }
        return Array(candidates[0...farthest].joined().prefix(limit))
    }
}
