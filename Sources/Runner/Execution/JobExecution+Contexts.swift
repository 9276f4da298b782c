import Core
import Foundation
import OrderedCollections
import Workflows

extension JobExecution {
    /// What the expressions of a step may see; its name is `github.action`.
    func evaluationContext(
        in scope: StepScope,
        stepName: String,
        environment: OrderedDictionary<String, String>
    ) -> EvaluationContext {
        var context = request.context
        context["github"] = githubContext(in: scope, stepName: stepName)
        context["env"] = .object(
            ExpressionObject(environment.map { ($0.key, .string($0.value)) }, caseSensitive: true)
        )
        context["job"] = [
            "status": .string(status.rawValue),
            "workflow_ref": .string(request.home.workflowRef), "workflow_sha": .string(request.home.sha),
            "workflow_repository": .string(request.home.repository),
            "workflow_file_path": .string(request.home.file),
        ]
        if let containers { context["job"] = containers.adding(to: context["job"]) }
        context["runner"] = runnerContext
        context["steps"] = scope.stepsContext
        if let action = scope.action {
            context["inputs"] = action.inputs
            context["secrets"] = .null
            context["vars"] = .null
            context["needs"] = .null
        } else {
            context["secrets"] = request.secrets
        }
        context.status = conditionStatus(in: scope)
        let workspace = folders.workspace
        let home = run.host.home
        let (ledger, step) = (ledger, nextStepNumber - 1)
        context.hashFiles = { patterns in
            if let known = ledger?.memory.takeHash(step: step, patterns: patterns) { return known }
            let digest = try HashFiles.digest(patterns: patterns, workspace: workspace, home: home)
            try ledger?.append(.hash(step: step, patterns: patterns, digest: digest))
            return digest
        }
        return context
    }

    /// Inside a composite action its own status counts, unless the job is cancelled.
    func conditionStatus(in scope: StepScope) -> StepStatus {
        if status == .cancelled || scope.action == nil { return status }
        return scope.status
    }

    func githubContext(in scope: StepScope, stepName: String) -> ExpressionValue {
        var members = run.github(workflow: request.identity)
        members += [
            ("job", .string(request.job.id)),
            ("workspace", .string(folders.workspace)),
            ("event_path", .string(folders.event)),
            ("action", .string(stepName)),
            ("action_repository", .string(scope.action?.repository ?? "")),
            ("action_ref", .string(scope.action?.ref ?? "")),
        ]
        if let action = scope.action {
            members.append(("action_path", .string(action.path)))
            members.append(("action_status", .string(scope.status.rawValue)))
        }
        return .object(members)
    }

    private var runnerContext: ExpressionValue {
        [
            "os": .string(HostEnvironment.system), "arch": .string(HostEnvironment.architecture),
            "name": .string(run.host.name), "environment": "self-hosted",
            "tool_cache": .string(folders.tools.path), "temp": .string(folders.temp),
            "workspace": .string(folders.root.path), "debug": .string(run.showsDebug ? "1" : ""),
        ]
    }

    /// Members of the `github` context that steps get as `GITHUB_…`.
    private static let exported: Set<String> = [
        "action", "action_path", "action_ref", "action_repository", "actor", "actor_id", "api_url", "base_ref",
        "event_name", "event_path", "graphql_url", "head_ref", "job", "ref", "ref_name", "ref_protected", "ref_type",
        "repository", "repository_id", "repository_owner", "repository_owner_id", "retention_days", "run_attempt",
        "run_id", "run_number", "server_url", "sha", "triggering_actor", "workflow", "workflow_ref", "workflow_sha",
        "workspace",
    ]

    /// The whole environment of a process of a step.
    ///
    /// The workflow's variables come over the machine's; what the runner itself sets cannot be overwritten.
    func processEnvironment(
        in scope: StepScope,
        stepName: String,
        environment: OrderedDictionary<String, String>,
        adding own: [String: String] = [:]
    ) -> [String: String] {
        var result = executor.baseVariables(run.host)
        if run.givesFreshHomes, executor.isHost { FreshHome.apply(folders.home, to: &result) }
        // A secret that reached slipway through its own environment must not reach steps that way.
        for name in run.secrets.keys { result[name] = nil }
        for (name, value) in environment { result[name] = value }
        result["CI"] = result["CI"] ?? "true"
        result["GITHUB_ACTIONS"] = "true"
        if case .object(let github) = githubContext(in: scope, stepName: stepName) {
            for entry in github.entries where Self.exported.contains(entry.key) {
                result["GITHUB_\(entry.key.uppercased())"] = entry.value.text
            }
        }
        result["RUNNER_OS"] = HostEnvironment.system
        result["RUNNER_ARCH"] = HostEnvironment.architecture
        result["RUNNER_NAME"] = run.host.name
        result["RUNNER_ENVIRONMENT"] = "self-hosted"
        result["RUNNER_TOOL_CACHE"] = folders.tools.path
        result["RUNNER_TEMP"] = folders.temp
        result["RUNNER_WORKSPACE"] = folders.root.path
        result[OrphanReaper.variable] = trackingId
        if run.showsDebug { result["RUNNER_DEBUG"] = "1" }
        result["SLIPWAY_DIR"] = run.layout.state.url.path
        if let approval = request.approval { result["SLIPWAY_APPROVAL"] = approval }
        let base = result["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let toolFolder = executor.isHost ? run.host.toolFolder : nil
        result["PATH"] = (prependedPaths + [toolFolder].compactMap(\.self) + [base]).joined(separator: ":")
        result.merge(oidcVariables) { _, new in new }
        return result.merging(own) { _, new in new }
    }
}
