import OrderedCollections
import Workflows

/// An action that a step uses, with its files at hand.
struct ActionUse: Sendable {
    /// As `uses` has it.
    let name: String
    /// The folder of its `action.yml`; empty for an image.
    let folder: String
    /// The repository that `$/` stands for inside; nil for the workflow's own.
    let root: String?
    /// `owner/name`; empty for an action of the workspace.
    let repository: String
    let ref: String
    let metadata: ActionMetadata

    var isRemote: Bool { !repository.isEmpty }

    /// What the processes of the action know about it.
    var variables: [String: String] {
        ["GITHUB_ACTION_REPOSITORY": repository, "GITHUB_ACTION_REF": ref, "GITHUB_ACTION_PATH": folder]
    }
}

/// What one job remembers of its actions.
struct ActionRegistry: Sendable {
    /// What one use of an action in the job passes from part to part.
    struct Memory: Sendable {
        /// `GITHUB_STATE`.
        var state: OrderedDictionary<String, String> = [:]
        var hasPost = false
    }

    private var memories: [String: Memory] = [:]
    /// Copies of other repositories' files for this job, by `owner/name@ref`.
    var folders: [String: String] = [:]
    /// Tags of images that were built for container actions, by the action's folder.
    var images: [String: String] = [:]

    subscript(_ key: String) -> Memory {
        get { memories[key] ?? Memory() }
        set { memories[key] = newValue }
    }

    /// Names one use of an action within the job.
    static func key(of step: WorkflowStep, in scope: StepScope) -> String { "\(scope.path)/\(step.contextName)" }
}
