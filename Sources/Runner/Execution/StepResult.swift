import Core
import Journal
import OrderedCollections
import Workflows

/// How a step ended and what it gave.
struct StepResult: Sendable {
    /// Before `continue-on-error`.
    var outcome: JobResult
    /// After it.
    var conclusion: JobResult
    var outputs: OrderedDictionary<String, String> = [:]
    var exitStatus: Int?
    /// Why, where it did not succeed.
    var message: String?

    init(_ result: JobResult, message: String? = nil) {
        outcome = result
        conclusion = result
        self.message = message
    }

    /// The result that an earlier engine recorded.
    init(_ memory: StepMemory) {
        outcome = JobResult(rawValue: memory.outcome) ?? .failure
        conclusion = JobResult(rawValue: memory.conclusion) ?? .failure
        outputs = memory.outputs
        exitStatus = memory.exitStatus
        message = memory.message
    }

    /// The step's entry in the `steps` context.
    var context: ExpressionValue {
        .object([
            ("outputs", .object(outputs.map { ($0.key, .string($0.value)) })),
            ("outcome", .string(outcome.rawValue)),
            ("conclusion", .string(conclusion.rawValue)),
        ])
    }
}

extension JobRecord.Result {
    init(_ result: JobResult) {
        self =
            switch result {
            case .success: .success
            case .failure: .failure
            case .cancelled: .cancelled
            case .skipped: .skipped
            }
    }
}

extension JobResult {
    init(_ result: JobRecord.Result) {
        self =
            switch result {
            case .success: .success
            case .failure: .failure
            case .cancelled: .cancelled
            case .skipped: .skipped
            }
    }
}

/// A step that cannot go on: its message becomes an error annotation and the step fails.
struct StepFailure: Error, Sendable, CustomStringConvertible {
    let message: String
    var description: String { message }

    init(_ message: String) { self.message = message }

    /// What a user should read of any error that ended a step.
    static func message(of error: any Error) -> String {
        switch error {
        case let failure as StepFailure: failure.message
        case let failure as ExpressionFailure: failure.description
        case let failure as SlipwayError: failure.description
        case let failure as DiagnosticsError: failure.description
        default: "\(error)"
        }
    }
}
