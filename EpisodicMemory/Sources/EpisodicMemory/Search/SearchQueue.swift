import Dispatch
import GRDB
import Synchronization

/// Answers many searches with one look at the database: what arrives while some are being answered waits, and is then
/// answered together, from one snapshot.
final class SearchQueue: Sendable {
    /// Searches answered together at most, so that the first does not wait for too many others.
    private static let batchSize = 16
    /// Searches that may wait; more are refused, since their clients would not wait that long anyway.
    private static let capacity = 4096

    private struct Job: Sendable {
        let search: PreparedSearch
        let answer: CheckedContinuation<[SearchHit], any Error>
    }

    private struct State {
        var jobs: [Job] = []
        var running = 0
    }

    private let pool: DatabasePool
    private let index: MemoryIndex
    /// Batches answered at the same time.
    private let width: Int
    private let queue = DispatchQueue(label: "episodic-memory.search", attributes: .concurrent)
    private let state = Mutex(State())

    init(pool: DatabasePool, index: MemoryIndex, width: Int) {
        self.pool = pool
        self.index = index
        self.width = width
    }

    /// - Throws: what SQLite says; `APIError` when too many searches wait.
    func hits(_ search: PreparedSearch) async throws -> [SearchHit] {
        try await withCheckedThrowingContinuation { submit(Job(search: search, answer: $0)) }
    }

    private func submit(_ job: Job) {
        enum Action { case refuse, wait, drain }
        let action = state.withLock { state -> Action in
            guard state.jobs.count < Self.capacity else { return .refuse }
            state.jobs.append(job)
            guard state.running < width else { return .wait }
            state.running += 1
            return .drain
        }
        switch action {
        case .refuse:
            job.answer.resume(
                throwing: APIError.unavailable("overloaded", "too many searches are waiting; try again")
            )
        case .wait: break
        case .drain: queue.async { self.drain() }
        }
    }

    private func drain() {
        var scratch = WordScores()
        while let batch = nextBatch() {
            do {
                try answer(batch, &scratch)
            } catch {
                for job in batch { job.answer.resume(throwing: error) }
            }
        }
    }

    private func nextBatch() -> [Job]? {
        state.withLock { state in
            guard !state.jobs.isEmpty else {
                state.running -= 1
                return nil
            }
            let batch = Array(state.jobs.prefix(Self.batchSize))
            state.jobs.removeFirst(batch.count)
            return batch
        }
    }

    /// Answers all or throws before it answered any.
    private func answer(_ batch: [Job], _ scratch: inout WordScores) throws {
        try index.refresh(pool, words: batch.map { ($0.search.tenant, $0.search.words) })
        let candidates = candidates(for: batch.map(\.search), &scratch)
        let hits = try pool.read { db in
            try zip(batch, candidates).map { job, candidates in
                try ExactRanking(search: job.search).best(of: candidates, db)
            }
        }
        for (job, hits) in zip(batch, hits) { job.answer.resume(returning: hits) }
    }

    private func candidates(for searches: [PreparedSearch], _ scratch: inout WordScores) -> [[Candidate]] {
        let now = Timestamp.now()
        var candidates = [[Candidate]](repeating: [], count: searches.count)
        for tenant in Set(searches.map(\.tenant)) {
            let chosen = searches.indices.filter { searches[$0].tenant == tenant }
            let found = index.read(tenant) { index in
                index.map { index in
                    CandidateFinder.candidates(for: chosen.map { searches[$0] }, index, &scratch, now: now)
                }
            }
            for (number, found) in zip(chosen, found ?? []) { candidates[number] = found }
        }
        return candidates
    }
}
