import Foundation
import OrderedCollections

/// What is remembered of a job, unmasked, so that another engine can go on with it.
enum LedgerEntry: Sendable, Codable {
    /// A process is about to be started: from now on it may have done something.
    case started(StartedProcess)
    /// It has ended, and its output is whole in the log.
    case ended(PartKey, ProcessOutcome)
    /// The part is done, and all that it gave is known.
    case done(PartKey, PartMemory)
    /// The step is done.
    case step(StepMemory)
    /// `hashFiles` answered; the files may be others when it is asked again.
    case hash(step: Int, patterns: [String], digest: String)
}

struct StartedProcess: Sendable, Codable {
    let key: PartKey
    let process: ProcessRequest
    /// Files of ours that the command line names, by path: they do not outlive the step.
    let scripts: [String: String]
    /// Bytes of the step's log before the process wrote to it.
    let logLength: Int
    let at: Date
    let bootId: String

    /// Whether the user says that the process may be run again after it was cut short.
    var isIdempotent: Bool {
        ["true", "1", "yes"].contains((process.environment[Idempotency.variable] ?? "").lowercased())
    }
}

/// How a workflow says that a step may be repeated: `env: SLIPWAY_IDEMPOTENT: true` on the step, the job or the workflow.
enum Idempotency {
    static let variable = "SLIPWAY_IDEMPOTENT"
}

/// How a process of a step ended, and what it asked for by commands in its output.
struct ProcessOutcome: Sendable, Codable {
    /// Nil where it could not be started.
    var end: ProcessEnd?
    /// Why it could not be started.
    var failure: String?
    var effects: StepEffects
    var matchers: ProblemMatcherSet
    /// Bytes of the step's log after its last output.
    var logLength: Int
    /// Why the log is not complete, where it is not.
    var logFailure: String?
}

/// What a part of a step gave.
struct PartMemory: Sendable, Codable {
    var outcome: String
    var message: String?
    var exitStatus: Int?
    var effects: StepEffects
    var matchers: ProblemMatcherSet
    /// What the part added to the job's summary, masked.
    var summary: String
    var logLength: Int
}

/// How a step ended.
struct StepMemory: Sendable, Codable {
    var number: Int
    var outcome: String
    var conclusion: String
    var message: String?
    var exitStatus: Int?
    var outputs: OrderedDictionary<String, String>
    var startedAt: Date
    var endedAt: Date
}
