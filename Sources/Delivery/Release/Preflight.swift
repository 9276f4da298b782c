import Core
import Foundation
import Kubernetes

/// What can be known to go wrong before anything is touched.
struct Preflight {
    let context: ReleaseContext
    let plan: ReleasePlan
    let request: ReleaseRequest
    let health: DeploymentHealth

    private var environment: EnvironmentSettings { context.environment }

    func check() async throws {
        context.reporter.report(.step("Preflight"))
        try await PermissionCheck(context: context, writes: plan.changed).check()
        try checkState()
        try await checkQuota()
        if let rule = request.watch { try await MetricCheck(context: context, rule: rule).check(health) }
    }

    private func checkState() throws {
        if let deployment = health.deployment, DeploymentView(deployment).isPaused {
            throw SlipwayError(
                .external,
                "The Deployment \(deployment.name) is paused: its rollout would never end",
                next: "kubectl rollout resume deployment/\(deployment.name) -n \(environment.namespace)"
            )
        }
        guard let trouble = health.trouble else { return }
        if environment.rollout.unhealthyBefore == .refuse, request.kind == .release {
            throw SlipwayError(
                .external,
                "\(environment.name) is not healthy before the release",
                why: trouble,
                next: "Mend it first, or go back: slipway deploy --env \(environment.name) --rollback"
            )
        }
        context.reporter.report(
            .warning("\(environment.name) is not healthy before the release: \(trouble). A return leads back to that.")
        )
    }

    /// A rollout that first adds and then removes needs room for the pods it adds.
    func checkQuota() async throws {
        guard let write = plan.changed.first(where: { $0.reference.kind == "Deployment" }) else { return }
        let deployment = DeploymentView(write.desiredObject)
        let needed = write.before == nil ? deployment.replicas : deployment.maxUnavailable > 0 ? 0 : deployment.maxSurge
        let quotas: [KubernetesObject]
        do {
            quotas = try await context.cluster.list(
                .resourceQuota,
                namespace: environment.namespace,
                labels: .everything
            ).items
        } catch let error as KubernetesStatusError where error.isForbidden || error.isNotFound {
            return
        }
        for quota in quotas {
            for key in ["pods", "count/pods"] {
                guard let hard = Quantity(quota["status", "hard", key]),
                    let used = Quantity(quota["status", "used", key]),
                    used.nanos + Int128(needed) * 1_000_000_000 > hard.nanos
                else { continue }
                throw SlipwayError(
                    .external,
                    "The quota \(quota.name) leaves no room for the new pods",
                    why: "\(used) of \(hard) pods are used, and the rollout needs \(needed) more for a while",
                    next: "Raise the quota in \(environment.namespace), or let the rollout replace pods one by one "
                        + "(maxSurge: 0, maxUnavailable: 1)."
                )
            }
        }
    }
}
