import Core
import Foundation
import Kubernetes

extension ReleaseRun {
    /// Gives the traffic back to the old version, before anything else is put back.
    mutating func returnTraffic() async throws {
        switch strategy {
        case .rolling: break
        case .blueGreen:
            try await reviveOutgoing()
            for write in late {
                if write.interim == nil {
                    try await putBack(write)
                } else if try await isTouched(write) {
                    try await writeInterim(write)
                }
            }
        case .canary:
            // The fewer bad pods the better, and the old ones are all still there.
            if let write = changed.first(where: { $0.stage == .trial }) { try await remove(write) }
        }
    }

    /// Waits until no new pod is left where the Service is about to take in all pods again.
    func awaitCandidateGone() async throws {
        guard late.contains(where: { $0.interim != nil }), let write = deploymentWrite(record.subject) else { return }
        let limit = context.clock.seconds() + environment.rollout.timeout
        while true {
            let selector = DeploymentView(write.desiredObject).selector ?? .everything
            let pods = try await cluster.list(.pod, namespace: environment.namespace, labels: selector).items
            let left = pods.filter { $0.labels[DeliveryName.slot] == Slot.green.rawValue && PodView($0).isActive }
            if left.isEmpty { return }
            guard context.clock.seconds() < limit else {
                throw ReleaseFailure(reason: "TimedOut", message: "pods of \(record.subject) do not end")
            }
            try await context.clock.sleep(0.2)
        }
    }

    /// The second Deployment goes back to no pods where it had none, whoever scaled it meanwhile.
    func idleCandidate() async throws {
        guard case .blueGreen = strategy, let write = deploymentWrite(record.subject),
            let before = write.beforeObject, write.ignoresReplicas
        else { return }
        try await scale(record.subject, to: DeploymentView(before).replicas)
    }

    private func isTouched(_ write: PlannedWrite) async throws -> Bool {
        guard let live = try await read(write) else { return false }
        return isOurs(live)
    }

    /// Starts the old version again where it was ended already, and waits until it can serve.
    private func reviveOutgoing() async throws {
        guard let replicas = record.strategy?.outgoingReplicas, replicas > 0 else { return }
        let deployment = try await liveDeployment(outgoing)
        guard DeploymentView(deployment).replicas == 0 else { return }
        let observation = try await RolloutFollower(context: context).observe()
        try await scale(outgoing, to: replicas)
        _ = try await follow(outgoing, from: observation, limits: limitsOfReturn)
    }

    /// The old version came up once: how fast it becomes ready is no longer a reason to give up.
    var limitsOfReturn: RolloutSettings {
        var limits = environment.rollout
        limits.readyWithin = nil
        return limits
    }
}
