import Core
import Foundation
import Journal

/// What `slipway cancel` does.
package struct RunCancellation: Sendable {
    private let journal: Journal
    private let state: StateDirectory

    package init(journal: Journal, state: StateDirectory) {
        self.journal = journal
        self.state = state
    }

    package enum Outcome: String, Sendable {
        /// Its engine was asked, and ends the steps as GitHub would.
        case requested
        /// It had no engine any more: what it left was ended, and it is recorded as cancelled.
        case cancelled
    }

    /// Cancels a run.
    ///
    /// - Throws: `SlipwayError` (`.invalidInput`) where it has ended already.
    package func cancel(_ run: RunRecord) async throws -> Outcome {
        guard run.status != .completed else {
            throw SlipwayError(
                .invalidInput,
                "Run \(run.id) has ended already: \(run.conclusion?.rawValue ?? "completed")"
            )
        }
        let folder = RunFolder(run, in: state)
        try folder.requestCancel()
        guard let lock = try FileLock.attempt(folder.url.appending(path: "lock")) else { return .requested }
        defer { withExtendedLifetime(lock) {} }
        try await end(run, folder)
        return .cancelled
    }

    private func end(_ run: RunRecord, _ folder: RunFolder) async throws {
        if let supervisor = try MessageSocket.connect(to: StepSupervisor.socket(of: folder.url)) {
            try? supervisor.send(SupervisorOrder.stopAll)
            supervisor.finishSending()
            await Self.end(of: supervisor)
        }
        let now = Date()
        for var job in try await journal.jobs(ofRun: run.id) where job.status != .completed {
            _ = OrphanReaper.reap(trackingId: JobFolders.trackingId(run: run.id, job: job.key, in: state))
            for var step in try await journal.steps(ofRun: run.id, job: job.key) where step.status != .completed {
                step.status = .completed
                step.outcome = .cancelled
                step.conclusion = .cancelled
                step.endedAt = now
                try await journal.save(step)
            }
            job.status = .completed
            job.result = .cancelled
            job.endedAt = now
            try await journal.save(job)
        }
        var run = run
        run.status = .completed
        run.conclusion = .cancelled
        run.endedAt = now
        try await journal.update(run)
        if let key = RunKey.read(for: run.id, in: state) { RunVault(key: key, folder: folder.url).deleteSecrets() }
    }

    /// Returns when the supervisor has ended all its processes, and so itself.
    private static func end(of supervisor: MessageSocket) async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                while supervisor.receive(SupervisorReport.self) != nil {}
                continuation.resume()
            }
        }
    }
}
