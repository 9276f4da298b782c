import Synchronization

/// What BM25 needs to know of a tenant's memory, remembered for a while where it is costly to find out.
final class PostgresVocabulary: Sendable {
    struct Lexeme: Sendable {
        /// As it is in the index.
        let text: String
        /// How many episodes it is in; counting stops at a limit.
        let count: Int
    }

    struct Figures: Sendable {
        let episodes: Int
        /// In words.
        let averageLength: Double
    }

    private struct Key: Hashable {
        let tenant: TenantID
        let word: String
    }

    private struct Timed<Value> {
        let value: Value
        let until: ContinuousClock.Instant
    }

    private struct State {
        var lexemes: [Key: Timed<[Lexeme]>] = [:]
        var figures: [TenantID: Timed<Figures>] = [:]
    }

    private static let capacity = 50_000
    private static let lifetime: Duration = .seconds(30)

    private let state = Mutex(State())

    /// The lexemes of some words. Those of rare words cost little to count and are out of date soon: they are not kept.
    func lexemes(
        of words: [String],
        tenant: TenantID,
        limit: Int,
        _ session: PostgresSession
    ) throws -> [Lexeme] {
        let now = ContinuousClock.now
        var lexemes: [Lexeme] = []
        let unknown = state.withLock { state in
            words.filter { word in
                guard let known = state.lexemes[Key(tenant: tenant, word: word)], known.until > now else { return true }
                lexemes += known.value
                return false
            }
        }
        guard !unknown.isEmpty else { return lexemes }
        let rows = try session.query(
            """
            SELECT w.word, l.lexeme, f.count
            FROM unnest($2::text[]) w (word)
            CROSS JOIN LATERAL unnest(words_of($1, w.word)) l
            CROSS JOIN LATERAL (SELECT count(*) AS count FROM (
                SELECT 1 FROM episodes e WHERE e.words @@ quote_literal(l.lexeme)::tsquery LIMIT $3) m) f
            """,
            [.integer(tenant.code), .texts(unknown), .integer(Int64(limit))]
        )
        for row in rows {
            let lexeme = Lexeme(text: try row.text(1), count: try row.count(2))
            lexemes.append(lexeme)
            guard lexeme.count > 64 else { continue }
            let key = Key(tenant: tenant, word: try row.text(0))
            state.withLock { state in
                if state.lexemes.count >= Self.capacity { state.lexemes.removeAll(keepingCapacity: true) }
                state.lexemes[key] = Timed(value: [lexeme], until: now + Self.lifetime)
            }
        }
        return lexemes
    }

    /// Small memories change fast and are counted each time.
    func figures(of tenant: TenantID, _ session: PostgresSession) throws -> Figures {
        let now = ContinuousClock.now
        if let known = state.withLock({ $0.figures[tenant] }), known.until > now { return known.value }
        let rows = try session.query(
            """
            SELECT (SELECT count(*) FROM episodes WHERE tenant = $1),
                coalesce((SELECT avg(word_count)::float8 FROM (
                    SELECT word_count FROM episodes WHERE tenant = $1 ORDER BY id DESC LIMIT 1000) newest), 1)
            """,
            [.integer(tenant.code)]
        )
        guard let row = rows.first else { throw PostgresError.malformed("there are no figures") }
        let figures = Figures(episodes: try row.count(0), averageLength: max(1, try row.double(1)))
        if figures.episodes > 1000 {
            state.withLock { state in
                if state.figures.count >= Self.capacity { state.figures.removeAll() }
                state.figures[tenant] = Timed(value: figures, until: now + Self.lifetime)
            }
        }
        return figures
    }
}
