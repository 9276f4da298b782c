import Core
import Foundation
import Journal

/// The files of a run through which other processes see it and reach it.
package struct RunFolder: Sendable {
    let url: URL

    package init(_ run: RunRecord, in state: StateDirectory) { url = state.url.appending(path: run.directory) }

    init(_ url: URL) { self.url = url }

    private var lockFile: URL { url.appending(path: "lock") }
    private var cancelRequest: URL { url.appending(path: "cancel") }

    /// The sign that an engine executes the run, for as long as the value lives.
    ///
    /// - Throws: `SlipwayError` (`.waiting`) while another engine does; `.external` where the folder is gone.
    func lock() throws -> FileLock {
        if let lock = try FileLock.attempt(lockFile) { return lock }
        throw SlipwayError(
            .waiting,
            "Run \(url.lastPathComponent) is still being executed",
            next: "Follow it: slipway logs -f \(url.lastPathComponent)"
        )
    }

    /// Whether an engine executes the run now.
    package var isExecuted: Bool {
        guard FileManager.default.fileExists(atPath: lockFile.path) else { return false }
        do {
            return try FileLock.attempt(lockFile) == nil
        } catch {
            return false
        }
    }

    // MARK: - Cancelling

    /// Asks whoever executes the run, now or after a restart, to stop.
    ///
    /// - Throws: `SlipwayError` (`.external`) where the folder cannot be written.
    func requestCancel() throws {
        guard FileManager.default.createFile(atPath: cancelRequest.path, contents: Data()) else {
            throw SlipwayError(.external, "Cannot write \(cancelRequest.path)")
        }
    }

    var isCancelRequested: Bool { FileManager.default.fileExists(atPath: cancelRequest.path) }

    /// How often the request is looked for.
    private static let interval = Duration.milliseconds(200)

    /// Stops the signal when the run is asked to stop; returns then, or when the task is cancelled.
    func watchCancel(_ stop: StopSignal) async {
        while !Task.isCancelled, !stop.isStopped {
            if isCancelRequested { return stop.stop(.cancelled) }
            try? await Task.sleep(for: Self.interval)
        }
    }
}

extension RunRecord {
    /// Whether the run has not ended and nobody executes it: its engine was killed, or the machine went down.
    package func isAbandoned(in state: StateDirectory) -> Bool {
        status == .running && !RunFolder(self, in: state).isExecuted
    }
}
