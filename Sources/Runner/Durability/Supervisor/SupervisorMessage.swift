import Core
import Foundation

/// What an engine asks of the supervisor of its run.
enum SupervisorOrder: Sendable, Codable {
    /// Run a process; `masks` are secrets that came up since the last order.
    case run(StepProcess, masks: [String])
    /// End a process as a stopped step is ended.
    case stop(job: String, PartKey)
    /// Say when a process has ended that an earlier engine started.
    case attach(job: String, PartKey)
    /// End everything.
    case stopAll
}

/// What the supervisor says.
enum SupervisorReport: Sendable, Codable {
    case ended(job: String, PartKey, ProcessOutcome)
    /// No such process is running.
    case unknown(job: String, PartKey)
}

/// What a supervisor is told at its start, through its standard input, where nobody else reads it.
struct SupervisorStart: Sendable, Codable {
    /// The run's folder.
    let folder: String
    let key: [UInt8]
    let secrets: [String]
    /// The engine's process.
    let engine: Int32
}
