import Core
import Foundation
import Journal

/// What `slipway runs prune` does: removes old runs with their logs, artifacts and records.
package struct RunPruning: Sendable {
    /// Which runs are old. Where both are given, a run must be both.
    package struct Rule: Sendable {
        /// So many of the newest runs of each workflow stay; at least one, so that their numbers go on.
        package var keep: Int
        /// Runs that began after this stay.
        package var before: Date?
        /// Whether runs go that could still be gone on with: those that wait, or whose engine died.
        package var includesUnfinished: Bool

        package init(keep: Int, before: Date? = nil, includesUnfinished: Bool = false) {
            self.keep = max(1, keep)
            self.before = before
            self.includesUnfinished = includesUnfinished
        }
    }

    /// An old run, and why it stays nevertheless.
    package struct Candidate: Sendable {
        package let run: RunRecord
        /// Nil: it goes.
        package let obstacle: String?
    }

    private let journal: Journal
    private let state: StateDirectory

    package init(journal: Journal, state: StateDirectory) {
        self.journal = journal
        self.state = state
    }

    /// The old runs, the newest first.
    package func candidates(_ rule: Rule) async throws -> [Candidate] {
        var seen: [String: Int] = [:]
        return try await journal.runs(limit: .max).compactMap { run in
            seen[run.file, default: 0] += 1
            guard seen[run.file, default: 0] > rule.keep else { return nil }
            if let before = rule.before, run.startedAt >= before { return nil }
            return Candidate(run: run, obstacle: obstacle(run, rule))
        }
    }

    private func obstacle(_ run: RunRecord, _ rule: Rule) -> String? {
        if RunFolder(run, in: state).isExecuted { return "it is being executed" }
        if run.status == .completed || rule.includesUnfinished { return nil }
        return run.status == .waiting ? "it waits for an approval" : "it can be gone on with"
    }

    /// Removes a run; the bytes that its folder took.
    ///
    /// The record goes last: what is cut short is found, and finished, the next time.
    ///
    /// - Parameter run: a candidate without an obstacle.
    /// - Returns: bytes.
    /// - Throws: `SlipwayError` (`.waiting`) where it is executed after all; `.external` where it cannot be removed.
    package func remove(_ run: RunRecord) async throws -> Int64 {
        let folder = RunFolder(run, in: state)
        let exists = FileManager.default.fileExists(atPath: folder.url.path)
        let lock = exists ? try folder.lock() : nil
        defer { withExtendedLifetime(lock) {} }
        RunKey.delete(for: run.id, in: state)
        let size = exists ? Self.size(of: folder.url) : 0
        if exists { try FolderCopy.remove(folder.url.path) }
        try await journal.deleteRun(id: run.id)
        return size
    }

    private static func size(of folder: URL) -> Int64 {
        let keys: Set<URLResourceKey> = [.fileSizeKey, .isRegularFileKey]
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: Array(keys))
        var total: Int64 = 0
        while let file = files?.nextObject() as? URL {
            guard let values = try? file.resourceValues(forKeys: keys), values.isRegularFile == true else { continue }
            total += Int64(values.fileSize ?? 0)
        }
        return total
    }
}
