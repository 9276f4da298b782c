import Foundation
import GRDB
import Synchronization

/// The codes of all episodes in memory, kept in step with the database: every change of any process is a row of
/// `vector_changes`, and a search reads those it has not seen before it looks.
final class VectorIndex: Sendable {
    struct Key: Hashable, Sendable {
        let tenant: TenantID
        let space: EmbeddingSpace
    }

    private struct State {
        /// Which database this is; a restore makes it another one.
        var epoch: Int64?
        var lastChange: Int64 = 0
        var partitions: [Key: VectorPartition] = [:]
        /// Where each episode is, so that its removal finds it.
        var spaces: [Int64: Key] = [:]
    }

    private let state = Mutex(State())

    /// Reads what is new.
    ///
    /// - Returns: the codes as of this transaction, or later.
    func snapshot(_ key: Key, _ db: Database) throws -> VectorSnapshot? {
        let query = try db.cachedStatement(
            sql: """
                SELECT (SELECT value FROM meta WHERE name = 'epoch'),
                    (SELECT seq FROM vector_changes ORDER BY seq DESC LIMIT 1)
                """
        )
        let row = try Row.fetchOne(query)
        let epoch: Int64 = row?[0] ?? 0
        let newest: Int64 = row?[1] ?? 0
        return try state.withLock { state in
            if state.epoch != epoch {
                state = State()
                state.epoch = epoch
            }
            if newest > state.lastChange {
                try Self.read(into: &state, db)
            }
            return state.partitions[key]?.snapshot
        }
    }

    /// How many vectors are held, for the metrics.
    var count: Int { state.withLock { $0.spaces.count } }

    private static func read(into state: inout State, _ db: Database) throws {
        let query = try db.cachedStatement(
            sql: """
                SELECT seq, episode, tenant, space, code, created_at, labels, error_class, episode_type
                FROM vector_changes WHERE seq > ? ORDER BY seq
                """
        )
        let rows = try Row.fetchCursor(query, arguments: [state.lastChange])
        while let row = try rows.next() {
            state.lastChange = row[0]
            let episode: Int64 = row[1]
            if let earlier = state.spaces.removeValue(forKey: episode) {
                state.partitions[earlier]?.remove(episode)
            }
            let code = try row.withUnsafeData(atIndex: 4) { data in data?.withUnsafeBytes { VectorCode(stored: $0) } }
            guard let code = code ?? nil else { continue }
            let key = Key(tenant: TenantID(row[2]), space: EmbeddingSpace(code: row[3]))
            let entry = VectorEntry(
                episode: episode,
                createdAt: row[5],
                labels: LabelMask(bits: UInt64(bitPattern: row[6])),
                errorClass: UInt32(truncatingIfNeeded: row[7] as Int64),
                type: UInt8(truncatingIfNeeded: row[8] as Int64)
            )
            state.partitions[key, default: VectorPartition()].add(entry, code)
            state.spaces[episode] = key
        }
    }
}
