/// A search with all that can be made of it before anything is read.
struct PreparedSearch: Sendable {
    /// Words beyond these add cost and little meaning.
    private static let maximumWords = 32

    let request: SearchRequest
    let tenant: TenantID
    let placed: PlacedEmbedding?
    let vector: IndexedVector?
    let words: [QueryWord]
    let filter: IndexFilter
    /// What is true of the current state.
    let facts: [UInt32]

    init(
        _ request: SearchRequest,
        tenant: TenantID,
        placed: PlacedEmbedding?,
        tokenizer: TextTokenizer
    ) throws {
        self.request = request
        self.tenant = tenant
        self.placed = placed
        vector = placed.map(IndexedVector.init)
        words = try Self.words(of: request.goal, tokenizer)
        filter = IndexFilter(request.filter)
        facts = request.currentState.map(\.factCode)
    }

    /// The words that say something; all of them when none does.
    private static func words(of goal: String, _ tokenizer: TextTokenizer) throws -> [QueryWord] {
        var telling = ""
        Words.forEach(in: goal) { word in
            guard !Words.isFiller(word) else { return }
            telling += String(decoding: word, as: UTF8.self)
            telling += " "
        }
        let words = try tokenizer.words(of: telling.isEmpty ? goal : telling)
        return words.prefix(maximumWords).map(QueryWord.init)
    }
}
