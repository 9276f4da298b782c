import Foundation
import GRDB

/// How often one workflow succeeded over a period, and how long it took.
package struct PipelineFigures: Sendable, Hashable, Codable {
    package var workflow: String
    /// The workflow file, relative to the project.
    package var file: String
    package var succeeded: Int
    package var failed: Int
    /// Stopped by a person or by a newer run: neither good nor bad.
    package var cancelled: Int
    /// Seconds of the runs that succeeded.
    package var duration: DeliveryFigures.Times

    /// From 0 to 1, over the runs that came to a verdict; nil where none did.
    package var successRate: Double? {
        let verdicts = succeeded + failed
        return verdicts == 0 ? nil : Double(succeeded) / Double(verdicts)
    }
}

extension Journal {
    /// The figures of every workflow that ran to its end between two moments, by file.
    package func pipelineFigures(from: Date, to: Date) async throws -> [PipelineFigures] {
        let runs = try await read { database in
            try FinishedRun.fetchAll(
                database,
                sql: """
                    SELECT workflow, file, conclusion, startedAt, endedAt FROM run
                    WHERE status = 'completed' AND startedAt >= ? AND startedAt < ? ORDER BY startedAt
                    """,
                arguments: [from, to]
            )
        }
        return Dictionary(grouping: runs, by: \.file).map { file, runs in
            let durations = runs.filter { $0.conclusion == .success }.compactMap(\.duration)
            return PipelineFigures(
                workflow: runs.last?.workflow ?? file,
                file: file,
                succeeded: runs.count { $0.conclusion == .success },
                failed: runs.count { $0.conclusion == .failure },
                cancelled: runs.count { $0.conclusion == .cancelled },
                duration: DeliveryFigures.Times(durations)
            )
        }
        .sorted { $0.file < $1.file }
    }
}

private struct FinishedRun: Decodable, Sendable, FetchableRecord {
    var workflow: String
    var file: String
    var conclusion: RunRecord.Conclusion?
    var startedAt: Date
    var endedAt: Date?

    var duration: TimeInterval? { endedAt.map { max(0, $0.timeIntervalSince(startedAt)) } }
}
