import OrderedCollections
import Workflows

/// Where steps run: the job itself, or a composite action inside it. Each has its own `steps`, `inputs` and status.
///
/// Used by one job's task only.
final class StepScope {
    /// Nil for the job itself.
    let action: Action?
    /// Variables that the composite action's own step set, for all steps inside.
    let environment: OrderedDictionary<String, String>
    /// How deep composite actions are nested; 0 is the job.
    let depth: Int
    /// Names the composite action's step, and those that it is inside, within the job; empty for the job.
    let path: String
    private(set) var results: OrderedDictionary<String, StepResult> = [:]
    /// Inside a composite action: how it stands so far (`github.action_status`).
    var status: StepStatus = .success

    struct Action {
        /// The folder of the action.
        let path: String
        let inputs: ExpressionValue
        /// `github.action_repository` and `github.action_ref`.
        let repository: String
        let ref: String
        /// The folder that `$/` stands for: the repository of the action, where it is another than the workflow's.
        let root: String?
    }

    init(action: Action? = nil, environment: OrderedDictionary<String, String> = [:], depth: Int = 0, path: String = "")
    {
        self.action = action
        self.environment = environment
        self.depth = depth
        self.path = path
    }

    func record(_ result: StepResult, as name: String) { results[name] = result }

    /// The `steps` context; steps without an id of their own are not in it.
    var stepsContext: ExpressionValue {
        .object(results.filter { !$0.key.hasPrefix("__") }.map { ($0.key, $0.value.context) })
    }
}
