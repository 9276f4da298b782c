import GRDB

/// What searches look at before they read episodes, in memory and in step with the database.
///
/// Every process with the database open has one. Each change of any of them is a row in `episode_changes`; whoever
/// searches reads those it has not seen before it looks. The rows only say which episode: what became of it is read
/// from the episode itself.
///
/// Locks are taken in one order: the writer's connection, this lock, a reader's connection.
final class MemoryIndex: Sendable {
    /// How far the index has read; another epoch is another database, which a restore put in its place.
    private struct Version: Equatable {
        var epoch: Int64 = 0
        var change: Int64 = 0
    }

    private struct State {
        var version = Version()
        var tenants: [TenantID: TenantIndex] = [:]

        mutating func tenant(_ id: TenantID) -> TenantIndex {
            if let tenant = tenants[id] { return tenant }
            let tenant = TenantIndex()
            tenants[id] = tenant
            return tenant
        }
    }

    let tokenizer: TextTokenizer
    private let reader: PostingsReader
    private let state = ReadWriteLock(State())

    init(path: String) throws {
        tokenizer = try TextTokenizer()
        reader = try PostingsReader(path: path)
    }

    func close() throws {
        try reader.close()
    }

    /// How many episodes can be found, for the metrics.
    var count: Int { state.read { $0.tenants.values.reduce(0) { $0 + $1.count } } }

    // MARK: Looking

    /// Gives `body` a tenant's episodes; nil when there are none.
    func read<Result>(_ tenant: TenantID, _ body: (TenantIndex?) throws -> Result) rethrows -> Result {
        try state.read { try body($0.tenants[tenant]) }
    }

    /// Reads what is new, and the lists of the words that are asked for.
    ///
    /// - Throws: what SQLite says.
    func refresh(_ pool: DatabasePool, words: [(tenant: TenantID, words: [QueryWord])] = []) throws {
        let newest = try pool.read(Self.version)
        let isCurrent = state.read { state in
            state.version == newest && words.allSatisfy { Self.missing($0.words, state.tenants[$0.tenant]).isEmpty }
        }
        guard !isCurrent else { return }
        try state.write { state in
            try pool.read { db in try catchUp(&state, [:], db) }
            for (tenant, words) in words {
                guard let index = state.tenants[tenant] else { continue }
                for word in Self.missing(words, index) {
                    index.insert(try reader.occurrences(of: word.text, tenant: tenant), for: word.term)
                }
            }
        }
    }

    /// Reads the lists that take long to read, so that no search has to wait for them.
    ///
    /// - Throws: what SQLite says.
    func readCommonWords(minimum: Int = 2000) throws {
        try state.write { state in
            for (tenant, index) in state.tenants where index.count >= minimum {
                for word in try reader.commonTerms(of: tenant, minimum: minimum).map(QueryWord.init) {
                    index.insert(try reader.occurrences(of: word.text, tenant: tenant), for: word.term)
                }
            }
        }
    }

    private static func missing(_ words: [QueryWord], _ index: TenantIndex?) -> [QueryWord] {
        guard let index else { return [] }
        return words.filter { !index.text.holds($0.term) }
    }

    // MARK: Keeping in step

    /// Takes in what was just committed; `prepared` are the episodes that this process captured, by row.
    ///
    /// - Throws: what SQLite says; the next search then reads what is missing.
    func committed(_ prepared: [Int64: IndexEntry], _ db: Database) throws {
        let newest = try Self.version(db)
        guard state.read({ $0.version != newest }) else { return }
        try state.write { state in try catchUp(&state, prepared, db) }
    }

    private static func version(_ db: Database) throws -> Version {
        let query = try db.cachedStatement(
            sql: """
                SELECT (SELECT value FROM meta WHERE name = 'epoch'),
                    ifnull((SELECT seq FROM episode_changes ORDER BY seq DESC LIMIT 1), 0)
                """
        )
        guard let row = try Row.fetchOne(query) else { return Version() }
        return Version(epoch: row[0], change: row[1])
    }

    private func catchUp(_ state: inout State, _ prepared: [Int64: IndexEntry], _ db: Database) throws {
        let newest = try Self.version(db)
        guard state.version != newest else { return }
        let source = IndexSource(tokenizer: tokenizer)
        let isTooOld = try state.version.change < source.oldestChange(db) - 1
        guard state.version.epoch == newest.epoch, !isTooOld else {
            state = State()
            try source.loadAll(db) { tenant, episode, entry, length in
                let index = state.tenant(tenant)
                if let entry { index.add(episode, entry) } else { index.addArchived(episode, length: length) }
            }
            state.version = newest
            return
        }
        for change in try source.changes(after: state.version.change, db) {
            let index = state.tenant(change.tenant)
            if !index.contains(change.episode), let entry = prepared[change.episode] {
                index.add(change.episode, entry)
                continue
            }
            switch try source.outcome(change.episode, db) {
            case .gone: index.remove(change.episode)
            case .archived: index.archive(change.episode)
            case .moved(let standing, let hasVector):
                if index.isComplete(change.episode, hasVector: hasVector) {
                    index.update(change.episode, standing)
                } else if let entry = try source.entry(change.episode, db) {
                    index.add(change.episode, entry)
                }
            }
        }
        state.version = newest
    }
}

/// A word of a query: as the full-text table has it, and as the index does.
struct QueryWord: Sendable {
    let text: String
    let term: UInt64

    init(_ text: String) {
        self.text = text
        term = StableHash.of(text)
    }
}
