import Foundation
import Kubernetes

/// The certain signs: states from which a rollout cannot recover without somebody changing something.
struct RolloutSigns {
    let view: RolloutView
    let target: RolloutTarget
    let deployment: DeploymentView
    let newSet: ReplicaSetView?

    func certain() -> RolloutFailure? {
        guard let newSet else { return nil }
        for pod in view.activePods(of: newSet) {
            if let failure = unschedulable(pod) { return failure }
            for status in pod.allContainerStatuses {
                if let failure = waiting(pod, status) ?? crashing(pod, status) { return failure }
            }
            if let failure = announced(pod) { return failure }
        }
        return refused(newSet)
    }

    private func waiting(_ pod: PodView, _ status: ContainerStatusView) -> RolloutFailure? {
        guard case .waiting(let reason, let message) = status.state else { return nil }
        switch reason {
        case "InvalidImageName":
            return failure(.invalidImageName, "\(status.name) has an invalid image name: \(message)", pod, status.name)
        case "ErrImageNeverPull":
            return failure(.imageNeverPull, "\(status.name) cannot start: \(message)", pod, status.name)
        case "CreateContainerConfigError":
            return missingObject(in: message).map { missing in
                failure(.configMissing, "\(status.name) cannot start: \(missing)", pod, status.name)
            }
        case "ErrImagePull", "ImagePullBackOff":
            let failures = max(
                view.history(of: pod).pullFailures[status.name] ?? 0,
                view.events.warnings(about: pod.uid)
                    .filter { $0.message.hasPrefix("Failed to pull image") }
                    .reduce(0) { $0 + $1.count }
            )
            return PullTrouble(message: message).failure(afterFailures: failures).map { reason in
                failure(reason, "\(status.name) cannot pull its image: \(message)", pod, status.name)
            }
        default: return nil
        }
    }

    /// The same exit code at three starts in a row is no accident.
    private func crashing(_ pod: PodView, _ status: ContainerStatusView) -> RolloutFailure? {
        if case .running = status.state { return nil }
        guard let exit = view.history(of: pod).repeatedExit(of: status.name), exit.starts >= 3 else { return nil }
        // An init container that is done has ended well, and so has a pod that is allowed to.
        if exit.code == 0, pod.initContainers.contains(where: { $0.name == status.name }) { return nil }
        let end = (status.termination ?? status.lastTermination).map(PodWords.words) ?? "exited with code \(exit.code)"
        return failure(.crashLoop, "\(status.name) \(end) at each of \(exit.starts) starts", pod, status.name)
    }

    /// What a kubelet says in an event before the pod's status shows it.
    private func announced(_ pod: PodView) -> RolloutFailure? {
        for warning in view.events.warnings(about: pod.uid) {
            if warning.reason == "ErrImageNeverPull" {
                return failure(.imageNeverPull, "cannot start: \(warning.message)", pod, nil)
            }
            if warning.reason == "Failed", warning.message.hasPrefix("Error: "),
                let missing = missingObject(in: String(warning.message.dropFirst("Error: ".count)))
            {
                return failure(.configMissing, "cannot start: \(missing)", pod, nil)
            }
        }
        return nil
    }

    /// A ConfigMap, Secret or key of one that does not exist, unless this release brings it.
    private func missingObject(in message: String) -> String? {
        if let match = message.firstMatch(of: /(configmap|secret) "([^"]+)" not found/.ignoresCase()) {
            return target.releaseObjects.contains(String(match.2)) ? nil : message
        }
        if let match = message.firstMatch(of: /couldn't find key \S+ in (?:ConfigMap|Secret) (?:[^\/\s]+\/)?(\S+)/) {
            return target.releaseObjects.contains(String(match.1)) ? nil : message
        }
        return nil
    }

    /// No node could take the pod even if it were empty, and none will be added.
    private func unschedulable(_ pod: PodView) -> RolloutFailure? {
        guard !target.limits.autoscaledNodes, let scheduled = pod.scheduled, scheduled.isFalse,
            scheduled.reason == "Unschedulable", SchedulingTrouble(message: scheduled.message).isPermanent
        else { return nil }
        return failure(.unschedulable, "no node can ever take it: \(scheduled.message)", pod, nil)
    }

    /// The API refuses to create the pods at all: quota, admission, a missing service account.
    private func refused(_ set: ReplicaSetView) -> RolloutFailure? {
        guard set.currentReplicas < set.replicas else { return nil }
        let condition = set.replicaFailure ?? deployment.replicaFailure
        let warnings = view.events.warnings(about: set.uid).filter { $0.reason == "FailedCreate" }
        let times = warnings.reduce(0) { $0 + $1.count }
        let confirmed = deployment.replicaFailure?.isTrue == true && condition?.isTrue == true
        guard times >= 2 || confirmed, let message = warnings.last?.message ?? condition?.message else { return nil }
        let refusal = CreationRefusal(message: message)
        guard refusal.isPermanent(releaseObjects: target.releaseObjects) else { return nil }
        if refusal.isQuota, view.isMakingRoom(besides: set) || canMakeRoom(besides: set) { return nil }
        return RolloutFailure(.podsRefused, "the cluster refuses new pods: \(refusal.text)")
    }

    /// Whether the rollout may still end old pods before the new ones are there, and so free their quota.
    private func canMakeRoom(besides set: ReplicaSetView) -> Bool {
        guard view.oldPodCount(besides: set) > 0 else { return false }
        return deployment.isRecreate
            || deployment.availableReplicas > deployment.replicas - deployment.maxUnavailable
    }

    private func failure(
        _ reason: RolloutFailure.Reason,
        _ message: String,
        _ pod: PodView,
        _ container: String?
    ) -> RolloutFailure {
        RolloutFailure(reason, "pod \(pod.name): \(message)", pod: pod.name, container: container)
    }
}
