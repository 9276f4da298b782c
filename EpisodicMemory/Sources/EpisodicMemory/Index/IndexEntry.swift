/// What the index holds of an episode.
struct IndexEntry: Sendable {
    let createdAt: Timestamp
    let labels: LabelMask
    let errorClass: UInt32
    let type: EpisodeType
    let facts: [UInt32]
    let vector: IndexedVector?
    /// Its terms; nil when whoever adds it knows that no list of terms is held yet.
    let terms: DocumentTerms?
    /// How many terms there are.
    let length: Int
    var standing = Standing()

    /// Made beside the transaction that stores the episode.
    ///
    /// - Throws: what SQLite's tokenizer says.
    init(_ episode: Episode, createdAt: Timestamp, vector: IndexedVector?, tokenizer: TextTokenizer) throws {
        let terms = try tokenizer.terms(of: TextTable.texts(of: episode))
        self.init(episode, createdAt: createdAt, vector: vector, terms: terms, length: terms.length)
    }

    /// Of an episode whose terms were counted when it was stored.
    init(_ episode: Episode, createdAt: Timestamp, vector: IndexedVector?, length: Int) {
        self.init(episode, createdAt: createdAt, vector: vector, terms: nil, length: length)
    }

    private init(
        _ episode: Episode,
        createdAt: Timestamp,
        vector: IndexedVector?,
        terms: DocumentTerms?,
        length: Int
    ) {
        self.createdAt = createdAt
        labels = LabelMask(of: episode)
        errorClass = Labels.code(ofErrorClass: episode.errorClass)
        type = episode.type
        facts = episode.environmentInfo.map(\.factCode)
        self.vector = vector
        self.terms = terms
        self.length = length
    }
}

/// What moves an episode's rank after its capture.
struct Standing: Sendable {
    /// When it last happened or was given out, after its capture.
    var touchedAt = Timestamp(milliseconds: 0)
    var helped = 0
    var notHelped = 0
}

/// A vector as it is compared.
struct IndexedVector: Sendable {
    let space: EmbeddingSpace
    let code: VectorCode
    let quantized: QuantizedVector

    init(_ placed: PlacedEmbedding) {
        space = placed.space
        code = VectorCode(placed.embedding)
        quantized = QuantizedVector(placed.embedding)
    }
}

extension JSONValue.Member {
    /// Stands for the name with the value; two that differ may share it, once in four thousand million.
    var factCode: UInt32 {
        var hash = StableHash()
        hash.combine(name.utf8)
        hash.combine(0)
        hash.combine(value.text.utf8)
        return UInt32(truncatingIfNeeded: hash.value)
    }
}
