import Journal
import OrderedCollections
import Workflows

/// One job that is ready to run: a leg of a matrix, or a job without one.
struct JobRequest: Sendable {
    let job: WorkflowJob
    let body: WorkflowJob.StepsBody
    let workflow: Workflow
    let identity: WorkflowIdentity
    /// Where the job's own workflow comes from.
    let home: WorkflowHome
    /// What the token may do; nil where no file says.
    let permissions: Permissions?
    let leg: MatrixLeg
    let strategy: StrategyPlan
    let record: JobRecord
    /// `github`, `inputs`, `vars`, `needs`, `strategy`, `matrix`, without secrets.
    let context: EvaluationContext
    let secrets: ExpressionValue
    var stop: StopSignal
    /// JSON for `SLIPWAY_APPROVAL`, where a person approved the job.
    let approval: String?
}

/// How a job ended.
struct JobOutcome: Sendable {
    var result: JobResult
    var outputs: OrderedDictionary<String, String> = [:]
    var message: String?
    /// Whether it failed under `continue-on-error: true`.
    var isTolerated = false
    var record: JobRecord
}
