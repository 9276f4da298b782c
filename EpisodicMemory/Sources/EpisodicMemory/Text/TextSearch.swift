import GRDB

/// Finds candidates by their words, with a cost that does not grow with how common the words are.
struct TextSearch: Sendable {
    /// Words beyond these add cost and little meaning.
    private static let maximumWords = 32
    /// How many episodes may be scored: the rarest words are asked for first, until they fill it.
    private static let budget = 1000

    /// A word in as many is common; it is not counted any further.
    private static let most = budget * 2

    struct Match {
        let episode: Int64
        let bm25: Double
    }

    /// What is asked for: words, and the oldest episode that is considered.
    private struct Choice {
        var words: [String] = []
        var oldest: Int64 = 0
    }

    let tenant: TenantID
    let filter: EpisodeFilter
    let vocabulary: Vocabulary

    func matches(_ text: String, limit: Int, _ db: Database) throws -> [Match] {
        let choice = try choice(for: text, db)
        guard !choice.words.isEmpty else { return [] }
        let table = TextTable(tenant: tenant).name
        let condition = filter.sql(tenant: tenant)
        // Without a filter the index answers alone; who ranks leaves out the few that are archived.
        let query = try db.cachedStatement(
            sql: filter.isEmpty
                ? "SELECT rowid, -rank FROM \(table) WHERE \(table) MATCH ? AND rowid >= ? ORDER BY rank LIMIT ?"
                : """
                SELECT e.id, -bm25(\(table)) FROM \(table) JOIN episodes e ON e.id = \(table).rowid
                WHERE \(table) MATCH ? AND \(table).rowid >= ? AND \(condition.text) ORDER BY bm25(\(table)) LIMIT ?
                """
        )
        // Each word is quoted, so that nothing of the text reaches FTS5's query language.
        let expression = choice.words.map { "\"\($0)\"" }.joined(separator: " OR ")
        let values = filter.isEmpty ? [] : condition.arguments
        return try Row.fetchAll(query, arguments: [expression, choice.oldest] + values + [limit]).map {
            Match(episode: $0[0], bm25: $0[1])
        }
    }

    /// The words that say something; all of them when none does.
    private func words(of text: String) -> [String] {
        var words: [String] = []
        var fillers: [String] = []
        Words.forEach(in: text) { word in
            let text = String(decoding: word, as: UTF8.self)
            if Words.isFiller(word) {
                if fillers.count < Self.maximumWords, !fillers.contains(text) { fillers.append(text) }
            } else if words.count < Self.maximumWords, !words.contains(text) {
                words.append(text)
            }
        }
        return words.isEmpty ? fillers : words
    }

    /// The rarest words that occur at all, until they match as many episodes as may be scored. When even the rarest
    /// is in too many, it is asked for in the newest ones only.
    private func choice(for text: String, _ db: Database) throws -> Choice {
        let words = words(of: text)
        var counted: [(word: String, count: Int)] = []
        for word in words {
            let count = try vocabulary.count(of: word, tenant: tenant, limit: Self.most, db)
            if count > 0 { counted.append((word, count)) }
        }
        counted.sort { $0.count < $1.count }
        var choice = Choice()
        var matches = 0
        for (word, count) in counted where choice.words.isEmpty || matches + count <= Self.budget {
            choice.words.append(word)
            matches += count
        }
        if matches >= Self.most {
            let newest = try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(id) FROM episodes")) ?? 0
            choice.oldest = newest - Int64(Self.most)
        }
        return choice
    }
}
