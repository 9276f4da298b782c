import Core
import Foundation
import Journal

/// Shows the logs of a run as they grow, until the run has ended: `slipway logs -f`.
package struct LogFollower {
    private static let interval = Duration.milliseconds(100)

    private let journal: Journal
    private let state: StateDirectory
    private let logs: RunLogs

    package init(journal: Journal, state: StateDirectory) {
        self.journal = journal
        self.state = state
        logs = RunLogs(journal: journal, state: state)
    }

    /// Follows a run, one of its jobs or one step; a job or step that does not exist yet is waited for.
    ///
    /// Steps that run side by side are shown piece by piece, each piece under its heading.
    ///
    /// - Parameters:
    ///   - id: the run's.
    ///   - path: `JOB` or `JOB/STEP`; nil for all.
    ///   - heading: called before the lines of another step.
    ///   - sink: gets what was added.
    /// - Returns: the run when it ended, or lost its engine.
    /// - Throws: what `sink` throws; `SlipwayError` (`.invalidInput`) where a run that has ended has no such job or step.
    package func follow(
        _ id: String,
        path: String?,
        heading: (RunLogs.Part) throws -> Void,
        sink: (Data) throws -> Void
    ) async throws -> RunRecord {
        var readers: [String: LogReader] = [:]
        var shown: String?
        while true {
            // Asked first: what was written before the end is then read below.
            guard let run = try await journal.run(matching: id) else {
                throw SlipwayError(.invalidInput, "There is no run \"\(id)\"")
            }
            let isOver = run.status != .running || run.isAbandoned(in: state)
            let parts =
                isOver ? try await logs.parts(of: run, path: path) : (try? await logs.parts(of: run, path: path))
            for part in parts ?? [] {
                let name = part.file.path
                guard let reader = readers[name] ?? (try? LogReader(part.file)) else { continue }
                readers[name] = reader
                try reader.copy { piece in
                    if shown != name { try heading(part) }
                    shown = name
                    try sink(piece)
                }
            }
            if isOver { return run }
            try await Task.sleep(for: Self.interval)
        }
    }
}
