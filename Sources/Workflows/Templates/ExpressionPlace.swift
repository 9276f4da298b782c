/// A place in a file where an expression may stand, and what it may name there.
///
/// Source: GitHub's workflow schema (`context` of each definition, with those of its parents).
package struct ExpressionPlace: Sendable {
    /// For messages: `a job's "if"`.
    package let name: String
    package let scope: ExpressionScope

    init(_ name: String, _ contexts: [String], functions: [ExpressionFunction: ClosedRange<Int>] = [:]) {
        self.name = name
        scope = ExpressionScope(contexts: contexts, functions: functions)
    }
}

// The contexts in the order GitHub's documentation lists them.
private let workflow = ["github", "inputs", "vars"]
private let job = workflow + ["needs"]
private let leg = job + ["strategy", "matrix"]
private let running = leg + ["steps", "job", "runner", "env"]
private let compositeStep = ["github", "inputs", "strategy", "matrix", "steps", "job", "runner", "env"]
private let anyJobs = 0...Int.max
private let hashing: [ExpressionFunction: ClosedRange<Int>] = [.hashFiles: 1...255]
private let jobStatus: [ExpressionFunction: ClosedRange<Int>] = [
    .always: 0...0, .cancelled: 0...0, .success: anyJobs, .failure: anyJobs,
]
private let stepStatus: [ExpressionFunction: ClosedRange<Int>] = [
    .always: 0...0, .cancelled: 0...0, .success: 0...0, .failure: 0...0, .hashFiles: 1...255,
]

extension ExpressionPlace {
    static let runName = ExpressionPlace("\"run-name\"", workflow)
    static let workflowEnv = ExpressionPlace("the workflow's \"env\"", workflow + ["secrets"])
    static let workflowConcurrency = ExpressionPlace("the workflow's \"concurrency\"", workflow)
    static let callInputDefault = ExpressionPlace("the default of a \"workflow_call\" input", workflow)
    static let callOutput = ExpressionPlace("an output of \"workflow_call\"", workflow + ["jobs"])

    static let jobIf = ExpressionPlace("a job's \"if\"", job, functions: jobStatus)
    static let strategy = ExpressionPlace("\"strategy\"", job)
    static let jobName = ExpressionPlace("a job's \"name\"", leg)
    static let jobSetting = ExpressionPlace("this setting of a job", leg)
    static let runsOn = ExpressionPlace("\"runs-on\"", leg)
    static let jobConcurrency = ExpressionPlace("a job's \"concurrency\"", leg)
    static let environment = ExpressionPlace("\"environment\"", leg)
    static let environmentURL = ExpressionPlace("the environment's \"url\"", running)
    static let jobEnv = ExpressionPlace("a job's \"env\"", leg + ["secrets"])
    static let jobDefaults = ExpressionPlace("a job's \"defaults\"", leg + ["env"])
    static let jobOutput = ExpressionPlace("a job's output", running + ["secrets"])
    static let container = ExpressionPlace("\"container\" and \"services\"", leg)
    static let containerEnv = ExpressionPlace("a container's \"env\"", running + ["secrets"])
    static let credentials = ExpressionPlace("a container's \"credentials\"", leg + ["env", "secrets"])
    static let snapshotIf = ExpressionPlace("the snapshot's \"if\"", leg)
    static let callWith = ExpressionPlace("\"with\" of a called workflow", leg)
    static let callSecrets = ExpressionPlace("\"secrets\" of a called workflow", leg + ["secrets"])

    static let step = ExpressionPlace("a step", running + ["secrets"], functions: hashing)
    static let stepIf = ExpressionPlace("a step's \"if\"", running, functions: stepStatus)

    static let actionStep = ExpressionPlace("a step of a composite action", compositeStep, functions: hashing)
    static let actionStepIf = ExpressionPlace(
        "the \"if\" of a composite action's step",
        compositeStep,
        functions: stepStatus
    )
    static let actionInputDefault = ExpressionPlace(
        "the default of an action's input",
        ["github", "strategy", "matrix", "job", "runner"],
        functions: hashing
    )
    static let actionOutput = ExpressionPlace("an action's output", compositeStep)
    static let actionArguments = ExpressionPlace("\"args\" and \"env\" of a container action", ["inputs"])
    static let actionScriptIf = ExpressionPlace(
        "\"pre-if\" and \"post-if\"",
        ["runner", "github", "job", "strategy", "matrix", "env", "inputs"],
        functions: stepStatus
    )
}
