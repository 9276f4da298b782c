import Dispatch
import GRDB
import Synchronization

/// Commits many writes in one transaction: what arrives while one commit waits for the disk goes into the next.
/// A write is answered only once its transaction is on the disk.
final class GroupCommitter: Sendable {
    /// Writes one transaction takes at most, so that other processes get their turn.
    private static let batchSize = 256
    /// Writes that may wait; more are refused, since their clients would not wait that long anyway.
    private static let capacity = 8192

    private struct Job: Sendable {
        /// Runs in the transaction and returns what tells the caller, to be called after the commit.
        let run: @Sendable (Database, inout [Int64: IndexEntry]) throws -> @Sendable () -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private struct Waiting {
        var jobs: [Job] = []
        var isDraining = false
    }

    private let writer: any DatabaseWriter
    private let index: MemoryIndex
    private let queue = DispatchQueue(label: "episodic-memory.commit")
    private let waiting = Mutex(Waiting())

    init(writer: any DatabaseWriter, index: MemoryIndex) {
        self.writer = writer
        self.index = index
    }

    /// Runs `body` in some transaction and returns once that is committed. `body` runs again, in a transaction of
    /// its own, when another write of its transaction fails.
    ///
    /// - Throws: what `body` throws, or the commit; `APIError` when too many writes wait.
    func commit<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await commit { db, _ in try body(db) }
    }

    /// The same for what also adds to the index; `body` says what, by row.
    ///
    /// - Throws: what `body` throws, or the commit; `APIError` when too many writes wait.
    func commit<Value: Sendable>(
        _ body: @escaping @Sendable (Database, inout [Int64: IndexEntry]) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let job = Job(
                run: { db, indexed in
                    let value = try body(db, &indexed)
                    return { continuation.resume(returning: value) }
                },
                fail: { continuation.resume(throwing: $0) }
            )
            submit(job)
        }
    }

    private func submit(_ job: Job) {
        enum Action { case refuse, wait, drain }
        let action = waiting.withLock { waiting -> Action in
            guard waiting.jobs.count < Self.capacity else { return .refuse }
            waiting.jobs.append(job)
            guard !waiting.isDraining else { return .wait }
            waiting.isDraining = true
            return .drain
        }
        switch action {
        case .refuse: job.fail(APIError.unavailable("overloaded", "too many writes are waiting; try again"))
        case .wait: break
        case .drain: queue.async { self.drain() }
        }
    }

    private func drain() {
        while let batch = nextBatch() {
            commit(batch)
        }
    }

    private func nextBatch() -> [Job]? {
        waiting.withLock { waiting in
            guard !waiting.jobs.isEmpty else {
                waiting.isDraining = false
                return nil
            }
            let batch = Array(waiting.jobs.prefix(Self.batchSize))
            waiting.jobs.removeFirst(batch.count)
            return batch
        }
    }

    private func commit(_ batch: [Job]) {
        do {
            let completions = try writer.writeWithoutTransaction { db in
                var indexed: [Int64: IndexEntry] = [:]
                let completions = try Self.transaction(db) { db in
                    try batch.map { job in try job.run(db, &indexed) }
                }
                // Should it fail, the next search reads what was committed here.
                try? index.committed(indexed, db)
                return completions
            }
            for complete in completions { complete() }
        } catch {
            guard batch.count > 1 else {
                batch.first?.fail(error)
                return
            }
            // One write spoiled it for all: each again by itself, so that only that one fails.
            for job in batch { commit([job]) }
        }
    }

    private static func transaction<Value>(_ db: Database, _ body: (Database) throws -> Value) throws -> Value {
        var value: Value?
        try db.inTransaction(.immediate) {
            value = try body(db)
            return .commit
        }
        guard let value else { throw DatabaseError(resultCode: .SQLITE_ABORT, message: "the transaction is gone") }
        return value
    }
}
