import Core
import Foundation
import Kubernetes

/// Decides whether a rollout goes on, has succeeded, or can no longer succeed.
///
/// A value without clock, network or memory of its own beyond what it was shown: fed with what the cluster says, in
/// the order in which it says it. Its rules are those of `kubectl rollout status` (generation observed, deadline,
/// updated, old gone, available), and the certain signs that tools usually wait out.
package struct RolloutJudge: Sendable {
    package let target: RolloutTarget
    package private(set) var verdict = RolloutVerdict.progressing
    package private(set) var progress = RolloutProgress()

    private var view: RolloutView
    /// The pod template before the rollout; nil where there was no Deployment.
    private let templateBefore: KubernetesObject?
    private let start: TimeInterval
    private var now: TimeInterval

    /// - Parameters:
    ///   - target: What is rolled out.
    ///   - before: The objects of the namespace as they were before the write: Deployment, ReplicaSets, pods, events.
    ///   - time: Seconds on the caller's clock; every later time must be on the same one.
    package init(target: RolloutTarget, before: [KubernetesObject], at time: TimeInterval) {
        self.target = target
        start = time
        now = time
        view = RolloutView(target: target)
        templateBefore = before.first { $0.kind == "Deployment" && $0.name == target.deployment.name }
        for object in before { view.see(object, at: time, baseline: true) }
    }

    /// Takes a change and judges anew. A final verdict stays.
    @discardableResult
    package mutating func observe(_ change: ClusterChange, at time: TimeInterval) -> RolloutVerdict {
        guard !verdict.isFinal else { return verdict }
        now = time
        switch change {
        case .present(let object): view.see(object, at: time, baseline: false)
        case .removed(let object): view.forget(object)
        }
        return judge()
    }

    /// Tells once of a Deployment that was written before the objects were listed: a watch only tells what changes.
    package mutating func catchUp(with listed: [KubernetesObject], at time: TimeInterval) {
        let deployment = listed.first { $0.kind == "Deployment" && $0.name == target.deployment.name }
        guard let deployment, deployment.uid == target.deployment.uid,
            deployment.generation >= target.deployment.generation
        else { return }
        observe(.present(deployment), at: time)
    }

    /// Lets time pass without news: limits run out in silence too.
    @discardableResult
    package mutating func tick(at time: TimeInterval) -> RolloutVerdict {
        guard !verdict.isFinal else { return verdict }
        now = time
        return judge()
    }

    /// Whether the pod template changes at all.
    package var isRollout: Bool {
        templateBefore.map { RolloutTarget.comparable($0["spec", "template"]) != target.template } ?? true
    }

    private mutating func judge() -> RolloutVerdict {
        progress = RolloutProgress()
        switch assess() {
        case .progressing:
            verdict = overdue().map(RolloutVerdict.failed) ?? .progressing
        case let decided:
            verdict = decided
        }
        if case .failed(var failure) = verdict {
            failure.events = view.evidence()
            verdict = .failed(failure)
        }
        return verdict
    }

    private mutating func assess() -> RolloutVerdict {
        guard let object = view.deployment else {
            guard !view.deploymentGone else { return .failed(view.goneFailure) }
            progress.waitingFor = "the Deployment to appear"
            return .progressing
        }
        let deployment = DeploymentView(object)
        if let failure = intrusion(deployment) { return .failed(failure) }
        progress.desired = deployment.replicas
        guard deployment.generation >= target.deployment.generation else {
            progress.waitingFor = "the cluster to show the change"
            return .progressing
        }
        let newSet = view.newReplicaSet
        progress.pods = view.reports(of: newSet)
        progress.old = view.oldPodCount(besides: newSet)
        guard deployment.observedGeneration >= deployment.generation else {
            progress.waitingFor = "the Deployment's controller to see the change"
            return .progressing
        }
        progress.updated = deployment.updatedReplicas
        progress.available = newSet?.availableReplicas ?? 0
        if let progressing = deployment.progressing, progressing.reason == "ProgressDeadlineExceeded" {
            return .failed(deadlineFailure(deployment))
        }
        guard let waiting = waitingFor(deployment) else {
            if let set = newSet ?? view.replicaSet(ofRevision: deployment.revision) {
                progress.available = deployment.availableReplicas
                return success(deployment, set)
            }
            // The Deployment's news came before its ReplicaSet's.
            progress.waitingFor = "its ReplicaSet to be shown"
            return .progressing
        }
        progress.waitingFor = waiting
        if let failure = RolloutSigns(view: view, target: target, deployment: deployment, newSet: newSet).certain() {
            return .failed(failure)
        }
        return .progressing
    }

    /// Somebody else's hand on the Deployment: it is another one now, is paused, or runs another template.
    private func intrusion(_ deployment: DeploymentView) -> RolloutFailure? {
        if let uid = target.deployment.uid, deployment.uid != uid {
            return RolloutFailure(.superseded, "the Deployment was deleted and made anew by somebody else")
        }
        if deployment.isPaused {
            return RolloutFailure(.paused, "the Deployment is paused, so its rollout never ends")
        }
        if deployment.generation > target.deployment.generation,
            RolloutTarget.comparable(deployment.object["spec", "template"]) != target.template
        {
            return RolloutFailure(
                .superseded,
                "somebody else changed the Deployment's pod template during the rollout (generation "
                    + "\(deployment.generation) instead of \(target.deployment.generation))"
            )
        }
        return nil
    }

    /// What `kubectl rollout status` waits for, in its order; nil when the rollout is complete.
    private func waitingFor(_ deployment: DeploymentView) -> String? {
        let desired = deployment.replicas
        if deployment.updatedReplicas < desired {
            return "pods of the new revision (\(deployment.updatedReplicas) of \(desired))"
        }
        let old = deployment.currentReplicas - deployment.updatedReplicas
        if old > 0 { return "\(old) old \(old == 1 ? "pod" : "pods") to end" }
        if deployment.availableReplicas < deployment.updatedReplicas {
            return "new pods to become available (\(deployment.availableReplicas) of \(deployment.updatedReplicas))"
        }
        return nil
    }

    private func success(_ deployment: DeploymentView, _ newSet: ReplicaSetView) -> RolloutVerdict {
        let kind: RolloutSuccess.Kind =
            !isRollout ? .notARollout : deployment.replicas == 0 ? .nothingToRun : .rolledOut
        return .succeeded(
            RolloutSuccess(
                kind: kind,
                replicaSet: newSet.name,
                podTemplateHash: newSet.podTemplateHash ?? "",
                revision: deployment.revision,
                pods: view.activePods(of: newSet).map(\.name)
            )
        )
    }

    private func deadlineFailure(_ deployment: DeploymentView) -> RolloutFailure {
        let seconds = deployment.progressDeadlineSeconds.map { "\($0) s" } ?? "its deadline"
        return stuck(.progressDeadline, "no progress for \(seconds) (progressDeadlineSeconds)")
    }

    private func overdue() -> RolloutFailure? {
        if let limit = target.limits.readyWithin, let (pod, container) = view.notReady(longerThan: limit, at: now) {
            let reason = view.unhealthyText(pod).map { ": \($0)" } ?? ""
            return RolloutFailure(
                .notReadyInTime,
                "pod \(pod.name) has run for \(DurationText.format(limit)) without becoming ready\(reason)",
                pod: pod.name,
                container: container
            )
        }
        guard now - start >= target.limits.timeout else { return nil }
        return stuck(.timedOut, "not complete after \(DurationText.format(target.limits.timeout))")
    }

    /// A failure by time alone; the pod that holds the rollout up says why.
    private func stuck(_ reason: RolloutFailure.Reason, _ message: String) -> RolloutFailure {
        guard
            let pod = progress.pods.first(where: { $0.state == .failing })
                ?? progress.pods.first(where: { $0.state != .ready })
        else {
            return RolloutFailure(
                reason,
                message + (progress.waitingFor.isEmpty ? "" : ", still waiting for \(progress.waitingFor)")
            )
        }
        return RolloutFailure(
            reason,
            "\(message); pod \(pod.name) is \(pod.text)",
            pod: pod.name,
            container: view.troubledContainer(ofPod: pod.name)
        )
    }
}
