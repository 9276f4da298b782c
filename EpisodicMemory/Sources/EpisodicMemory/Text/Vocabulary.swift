import GRDB
import Synchronization

/// How many episodes a word is in, remembered for a while.
final class Vocabulary: Sendable {
    private struct Key: Hashable {
        let tenant: TenantID
        let word: String
    }

    private struct Known {
        let count: Int
        let until: ContinuousClock.Instant
    }

    private static let capacity = 50_000
    private static let lifetime: Duration = .seconds(30)

    private let known = Mutex<[Key: Known]>([:])

    /// At most `limit`: counting stops there.
    func count(of word: String, tenant: TenantID, limit: Int, _ db: Database) throws -> Int {
        let key = Key(tenant: tenant, word: word)
        let now = ContinuousClock.now
        if let known = known.withLock({ $0[key] }), known.until > now { return known.count }
        let table = TextTable(tenant: tenant).name
        let query = try db.cachedStatement(
            sql: "SELECT count(*) FROM (SELECT 1 FROM \(table) WHERE \(table) MATCH ? LIMIT ?)"
        )
        let count = try Int.fetchOne(query, arguments: ["\"\(word)\"", limit]) ?? 0
        // A rare word costs little to count and its count is out of date soon; only common ones are remembered.
        guard count > 64 else { return count }
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
            known[key] = Known(count: count, until: now + Self.lifetime)
        }
        return count
    }
}
