/// A set of tools and tags in 64 bits: each sets one bit. It may claim a label that is not there, never miss one.
struct LabelMask: Sendable, Equatable {
    private(set) var bits: UInt64 = 0

    init() {}

    init(of episode: Episode) {
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

enum Labels {
    static func code(ofErrorClass name: String) -> UInt32 {
        UInt32(truncatingIfNeeded: StableHash.of(name))
    }
}

/// What a search asks of an episode besides being near, as far as the index can tell: labels and error classes are
/// known by their hashes, so the database has the last word.
struct IndexFilter: Sendable {
    private(set) var type: EpisodeType?
    private(set) var errorClass: UInt32?
    private var labels = LabelMask()
    private var createdAt: ClosedRange<Int64> = .min ... .max
    /// Whether anything is left out at all.
    let isSelective: Bool

    init(_ filter: EpisodeFilter) {
        type = filter.type
        errorClass = filter.errorClass.map(Labels.code(ofErrorClass:))
        if let tool = filter.tool { labels.insert(.tool, tool) }
        if let tag = filter.tag { labels.insert(.tag, tag) }
        let first = filter.createdAfter?.milliseconds ?? .min
        let last = filter.createdBefore.map { $0.milliseconds - 1 } ?? .max
        // An empty time matches nothing; a range cannot say so.
        createdAt = first <= last ? first...last : .max ... .max
        isSelective = !filter.isEmpty
    }

    func matches(_ document: IndexedDocument) -> Bool {
        document.isAlive && (type == nil || type == document.type)
            && (errorClass == nil || errorClass == document.errorClass)
            && document.labels.contains(labels) && createdAt.contains(document.createdAt.milliseconds)
    }
}
