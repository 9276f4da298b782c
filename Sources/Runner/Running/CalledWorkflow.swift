import Core
import Workflows

/// Where a workflow file comes from.
struct WorkflowHome: Sendable {
    /// `owner/name`.
    let repository: String
    /// A full ref of the project's own repository; what `uses` names for another one.
    let ref: String
    /// Empty where a folder was mapped that has no commit.
    let sha: String
    /// Relative to the repository.
    let file: String
    /// The files of another repository; nil for the project's own.
    let remote: RemoteFolder?

    /// Another file of the same repository and commit.
    func sibling(_ file: String) -> WorkflowHome {
        WorkflowHome(repository: repository, ref: ref, sha: sha, file: file, remote: remote)
    }

    /// What `job.workflow_ref` says.
    var workflowRef: String { "\(repository)/\(file)@\(ref)" }
}

/// A workflow and all that its jobs call, read and checked before anything runs.
struct WorkflowUnit: Sendable {
    let workflow: Workflow
    let home: WorkflowHome
    /// By the id of the job that calls.
    let calls: [String: WorkflowUnit]
}
