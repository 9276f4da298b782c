import OrderedCollections
import Workflows

/// What steps changed in their job: writes to `GITHUB_ENV` and `GITHUB_PATH`, in their order.
struct JobChanges: Sendable {
    var environment: OrderedDictionary<String, String> = [:]
    var paths: [String] = []
}

/// The background steps of a job: which run, and what those left that nobody has waited for yet.
struct BackgroundSteps {
    /// How many run at once; more wait for a place. GitHub's limit.
    static let maximum = 10

    /// A step that was started and not yet waited for.
    struct Handle {
        let step: WorkflowStep
        /// Stops the step with its job, or alone.
        let stop: StopSignal
        /// Stopped where a `cancel` step asks: then no condition keeps the step going.
        let dismissal: StopSignal
    }

    /// By the name in the `steps` context, in the order of their start.
    var open: OrderedDictionary<String, Handle> = [:]
    /// Ended, and not yet waited for.
    var ended: [String: BackgroundEnd] = [:]
    let places = JobSlots(maximum)

    /// The name of the open step that an id names; nil where it was waited for before, or never started.
    func name(of id: String) -> String? { open.keys.first { $0.lowercased() == id.lowercased() } }
}

/// What a background step left for whoever waits for it.
struct BackgroundEnd: Sendable {
    let name: String
    let result: StepResult
    let changes: JobChanges
    let posts: Handover
    /// The problem matchers that the step began with, and those at its end.
    let matchers: (before: ProblemMatcherSet, after: ProblemMatcherSet)
}

/// Hands the post parts of a background step to its job.
///
/// Unchecked: the step's task fills it before it ends and never touches it again, and the job's task takes it only after
/// that end.
final class Handover: @unchecked Sendable {
    let posts: [PostStep]

    init(_ posts: [PostStep]) { self.posts = posts }
}

/// All that a background step sees of its job: the state at its start.
struct BackgroundSeed: Sendable {
    let run: RunContext
    let request: JobRequest
    let step: WorkflowStep
    let number: Int
    let environment: OrderedDictionary<String, String>
    let paths: [String]
    let matchers: ProblemMatcherSet
    let status: StepStatus
    let surroundings: JobSurroundings
    let results: OrderedDictionary<String, StepResult>
    let dismissal: StopSignal
    let ledger: StepLedger?

    /// Runs the step to its end, as a job of its own that has this one step.
    func perform() async -> BackgroundEnd {
        let execution = JobExecution(run: run, request: request)
        execution.environment = environment
        execution.prependedPaths = paths
        execution.matchers = matchers
        execution.status = status
        execution.surroundings = surroundings
        execution.nextStepNumber = number
        execution.ledger = ledger
        execution.keepsStates = false
        execution.conditions = [{ [dismissal] in !dismissal.isStopped }]
        let scope = StepScope()
        for (name, result) in results { scope.record(result, as: name) }
        let result = await execution.runTopLevel(step, in: scope)
        return BackgroundEnd(
            name: step.contextName,
            result: result,
            changes: execution.changes,
            posts: Handover(execution.posts),
            matchers: (matchers, execution.matchers)
        )
    }
}
