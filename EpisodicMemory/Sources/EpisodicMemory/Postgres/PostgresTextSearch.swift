import Foundation

/// Finds candidates by their words, and gives them the BM25 that SQLite's FTS5 would.
struct PostgresTextSearch: Sendable {
    /// How many episodes may be scored: the rarest words are asked for first, until they fill it.
    private static let budget = 1000
    /// A word in as many is common; it is not counted any further.
    private static let most = budget * 2

    let tenant: TenantID
    let filter: EpisodeFilter
    let vocabulary: PostgresVocabulary

    func matches(_ goal: String, limit: Int, _ session: PostgresSession) throws -> [(episode: Int64, bm25: Double)] {
        let words = PostgresWords.asked(goal)
        guard !words.isEmpty else { return [] }
        let lexemes = try vocabulary.lexemes(of: words, tenant: tenant, limit: Self.most, session)
            .filter { $0.count > 0 }.sorted { $0.count < $1.count }
        var chosen: [PostgresVocabulary.Lexeme] = []
        var sum = 0
        for lexeme in lexemes where chosen.isEmpty || sum + lexeme.count <= Self.budget {
            chosen.append(lexeme)
            sum += lexeme.count
        }
        guard !chosen.isEmpty else { return [] }
        let figures = try vocabulary.figures(of: tenant, session)
        var query = PostgresQuery()
        let condition = query.conditions(filter, tenant: tenant)
        // When even the rarest word is in too many episodes, it is asked for in the newest ones only.
        let newest =
            sum >= Self.most
            ? """
            AND e.id > coalesce(
                (SELECT id FROM episodes WHERE tenant = $1 ORDER BY id DESC OFFSET \(Self.most) LIMIT 1), 0)
            """
            : ""
        let expression = chosen.map { "'\(Self.quoted($0.text))'" }.joined(separator: " | ")
        let idf = chosen.map { Self.inverseFrequency(of: $0.count, in: figures.episodes) }
        let sql = """
            SELECT m.id, sum(w.idf * f.n * 2.2 / (f.n + 1.2 * (0.25 + 0.75 * m.word_count
                / \(query.bind(.double(figures.averageLength)))))) AS bm25
            FROM (SELECT e.id, e.words, e.word_count FROM episodes e
                WHERE e.words @@ \(query.bind(.text(expression)))::text::tsquery AND \(condition) \(newest)) m
            CROSS JOIN LATERAL unnest(m.words) l
            JOIN unnest(\(query.bind(.texts(chosen.map(\.text))))::text[], \(query.bind(.doubles(idf)))::float8[])
                w (lexeme, idf) ON w.lexeme = l.lexeme
            CROSS JOIN LATERAL (SELECT cardinality(l.positions)::float8 AS n) f
            GROUP BY m.id ORDER BY bm25 DESC, m.id DESC LIMIT \(query.bind(.integer(Int64(limit))))
            """
        // slipway:allow(sql-injection) names of our schema and numbered places are put in; values are bound
        return try session.query(sql, query.values).map { (try $0.integer(0), try $0.double(1)) }
    }

    /// As FTS5 has it; a word in more than half of all episodes counts for almost nothing, never against.
    private static func inverseFrequency(of count: Int, in episodes: Int) -> Double {
        let value = log((Double(episodes - count) + 0.5) / (Double(count) + 0.5))
        return value.isNaN || value <= 0 ? 1e-6 : value
    }

    /// Lexemes are made of letters and digits; should one not be, it stays one.
    private static func quoted(_ lexeme: String) -> String {
        lexeme.replacing("\\", with: "\\\\").replacing("'", with: "''")
    }
}
