import Core
import Crypto
import Foundation
import Workflows

/// Decides whether a job's result may be repeated from the journal, and what it depends on.
///
/// A job is answered from the journal only if its definition, its inputs and its source are those of a run that
/// succeeded; never where it has an environment, sees a secret or may write to the repository, since running it may be
/// its very purpose.
enum ReuseKey {
    /// Changes when what a key covers changes.
    private static let version = "1"

    /// Why the job must run; nil where it may be answered.
    static func obstacle(for job: WorkflowJob, in workflow: Workflow, permissions: Permissions?) -> String? {
        guard let body = job.stepsBody else { return "it calls another workflow" }
        if body.environment != nil { return "it has an environment" }
        switch permissions {
        case .writeAll?: return "its permissions let it write"
        case .scopes(let scopes)?:
            if let scope = scopes.filter({ $0.value == .write }).keys.min() {
                return "its permissions let it write (\(scope))"
            }
        case .readAll?, nil: break
        }
        var usesSecret = false
        JobTemplates.visit(job, in: workflow) { template in
            for (expression, _) in template.expressions {
                expression.root.visit { node in
                    if case .context(let name) = node.kind, name.lowercased() == "secrets" { usesSecret = true }
                }
                if expression.source.lowercased().contains(/github\s*(\.\s*token|\[\s*'token')/) { usesSecret = true }
            }
        }
        return usesSecret ? "it uses secrets" : nil
    }

    /// The digest of everything the job's result depends on, with the artifacts of the jobs before it as they are now.
    static func digest(_ request: JobRequest, run: RunContext, artifacts: [ArtifactStore.Artifact]) -> String {
        let parts: JSON = [
            "version": .string(version),
            "workflow": .string(request.workflow.path),
            "definition": .string(request.workflow.source.text),
            "job": .string(request.job.id),
            "home": .string("\(request.home.repository) \(request.home.sha)"),
            "matrix": request.leg.values.plainJSON,
            "commit": .string(run.source.commit),
            "tree": .string(run.source.tree),
            "event": .string(run.event.name),
            "ref": .string(run.event.ref),
            "inputs": request.context["inputs"].plainJSON,
            "vars": request.context["vars"].plainJSON,
            "needs": request.context["needs"].plainJSON,
            "artifacts": .array(artifacts.map { .string("\($0.name) \($0.digest)") }.sorted { $0.text() < $1.text() }),
        ]
        return SHA256.hash(data: parts.data()).hexadecimal
    }
}

/// All places of a job where expressions may stand, conditions apart (they cannot see secrets).
enum JobTemplates {
    static func visit(_ job: WorkflowJob, in workflow: Workflow, _ body: (Template) -> Void) {
        workflow.env?.visitTemplates(body)
        guard let steps = job.stepsBody else { return }
        steps.env?.visitTemplates(body)
        steps.outputs?.visitTemplates(body)
        steps.container?.definition.visitTemplates(body)
        steps.services?.definition.visitTemplates(body)
        for step in job.allSteps {
            step.env?.visitTemplates(body)
            if let name = step.name { body(name) }
            if let script = step.run?.script { body(script) }
            if let shell = step.run?.shell { body(shell) }
            if let folder = step.run?.workingDirectory { body(folder) }
            step.uses?.with?.visitTemplates(body)
        }
    }
}
