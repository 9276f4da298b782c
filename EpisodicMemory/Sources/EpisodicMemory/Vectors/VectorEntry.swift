/// What the index keeps of an episode beside its code, so that filters are applied before distances are compared.
struct VectorEntry: Sendable {
    let episode: Int64
    let createdAt: Int64
    let labels: LabelMask
    let errorClass: UInt32
    let type: UInt8
}

/// A set of tools and tags in 64 bits: each sets one bit. It may claim a label that is not there, never miss one.
struct LabelMask: Sendable, Equatable {
    private(set) var bits: UInt64

    init(bits: UInt64 = 0) {
        self.bits = bits
    }

    init(of episode: Episode) {
        self.init()
        for tool in episode.toolChain { insert(.tool, tool) }
        for tag in episode.tags { insert(.tag, tag) }
    }

    enum Kind: UInt8 {
        case tool = 1
        case tag = 2
    }

    mutating func insert(_ kind: Kind, _ label: String) {
        var hash = StableHash()
        hash.combine(kind.rawValue)
        hash.combine(label.utf8)
        bits |= 1 << (hash.value & 63)
    }

    func contains(_ other: LabelMask) -> Bool {
        bits & other.bits == other.bits
    }
}

/// What a search asks of an episode besides being near.
struct VectorFilter: Sendable {
    var type: UInt8?
    var errorClass: UInt32?
    var labels = LabelMask()
    var createdAt: ClosedRange<Int64> = .min ... .max

    func matches(_ entry: VectorEntry) -> Bool {
        (type == nil || type == entry.type) && (errorClass == nil || errorClass == entry.errorClass)
            && entry.labels.contains(labels) && createdAt.contains(entry.createdAt)
    }

    static func errorClassCode(_ name: String) -> UInt32 {
        UInt32(truncatingIfNeeded: StableHash.of(name))
    }
}
