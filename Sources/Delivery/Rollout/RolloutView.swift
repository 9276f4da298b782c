import Core
import Foundation
import Kubernetes

/// What is known of the objects that take part in one rollout.
struct RolloutView: Sendable {
    private let target: RolloutTarget
    private(set) var deployment: KubernetesObject?
    private(set) var deploymentGone = false
    private var replicaSets: [String: ReplicaSetView] = [:]
    private var pods: [String: PodView] = [:]
    private var histories: [String: PodHistory] = [:]
    private(set) var events = EventLog()

    init(target: RolloutTarget) { self.target = target }

    mutating func see(_ object: KubernetesObject, at time: TimeInterval, baseline: Bool) {
        guard let uid = object.uid else { return }
        switch object.kind {
        case "Deployment":
            guard object.name == target.deployment.name else { return }
            deployment = object
            deploymentGone = false
        case "ReplicaSet": replicaSets[uid] = ReplicaSetView(object)
        case "Pod":
            let pod = PodView(object)
            pods[uid] = pod
            histories[uid, default: PodHistory()].see(pod, at: time)
        case "Event": events.see(EventView(object), baseline: baseline)
        default: break
        }
    }

    mutating func forget(_ object: KubernetesObject) {
        guard let uid = object.uid else { return }
        switch object.kind {
        case "Deployment":
            guard uid == deployment?.uid else { return }
            deployment = nil
            deploymentGone = true
        case "ReplicaSet": replicaSets[uid] = nil
        case "Pod":
            pods[uid] = nil
            histories[uid] = nil
        // An event that expires has still happened.
        default: break
        }
    }

    var goneFailure: RolloutFailure {
        RolloutFailure(.deleted, "the Deployment was deleted during the rollout")
    }

    /// The ReplicaSet of the target's template: owned by the Deployment and equal in template. Of several (an old
    /// controller's race) the oldest is the one that the controller uses.
    var newReplicaSet: ReplicaSetView? {
        guard let deployment else { return nil }
        let template = target.template
        return replicaSets.values
            .filter { $0.isControlled(by: deployment) }
            .filter { RolloutTarget.comparable($0.object["spec", "template"]) == template }
            .min { Self.age($0.object) < Self.age($1.object) }
    }

    /// The Deployment's ReplicaSet of that revision, for a complete rollout: by then the controller has numbered both.
    func replicaSet(ofRevision revision: Int) -> ReplicaSetView? {
        guard let deployment, revision > 0 else { return nil }
        return replicaSets.values.first { $0.isControlled(by: deployment) && $0.revision == revision }
    }

    private static func age(_ object: KubernetesObject) -> (Date, String) {
        (object.creationTimestamp ?? .distantFuture, object.name)
    }

    /// Pods that belong to the set by its UID and are not on their way out.
    func activePods(of set: ReplicaSetView?) -> [PodView] {
        guard let set else { return [] }
        return pods.values.filter { $0.object.controller?.uid == set.uid && $0.isActive }.sorted { $0.name < $1.name }
    }

    private func otherPods(besides set: ReplicaSetView?) -> [PodView] {
        guard let deployment else { return [] }
        let owned = Set(replicaSets.values.filter { $0.isControlled(by: deployment) }.map(\.uid))
        return pods.values.filter { pod in
            guard let owner = pod.object.controller?.uid, owned.contains(owner) else { return false }
            return owner != set?.uid && !pod.isFinished
        }
    }

    func oldPodCount(besides set: ReplicaSetView?) -> Int {
        otherPods(besides: set).filter { !$0.isTerminating }.count
    }

    /// Whether pods of this Deployment are ending right now and will make room.
    func isMakingRoom(besides set: ReplicaSetView?) -> Bool {
        otherPods(besides: set).contains(where: \.isTerminating)
    }

    func history(of pod: PodView) -> PodHistory { histories[pod.uid] ?? PodHistory() }

    func reports(of set: ReplicaSetView?) -> [PodReport] {
        activePods(of: set).map { PodWords(pod: $0, events: events.warnings(about: $0.uid)).report }
    }

    /// The newest complaint of a probe about the pod.
    func unhealthyText(_ pod: PodView) -> String? {
        events.warnings(about: pod.uid).last { $0.reason == "Unhealthy" }?.message
    }

    /// A pod of the new set whose container has run for longer than `limit` without the pod becoming ready.
    func notReady(longerThan limit: TimeInterval, at now: TimeInterval) -> (PodView, String)? {
        for pod in activePods(of: newReplicaSet) where !pod.isReady {
            let history = history(of: pod)
            for status in pod.containerStatuses where !status.isReady {
                if let since = history.runningSince[status.name], now - since >= limit { return (pod, status.name) }
            }
        }
        return nil
    }

    /// The container of a pod that is in trouble, for fetching its log.
    func troubledContainer(ofPod name: String) -> String? {
        guard let pod = pods.values.first(where: { $0.name == name && $0.isActive }) else { return nil }
        return pod.allContainerStatuses.first { !$0.isReady && ($0.restartCount > 0 || $0.termination != nil) }?.name
            ?? pod.containerStatuses.first { !$0.isReady }?.name
    }

    /// The warnings about the Deployment, its new set and that set's pods, newest last.
    func evidence() -> [String] {
        let set = newReplicaSet
        let involved = [deployment?.uid, set?.uid].compactMap { $0 } + activePods(of: set).map(\.uid)
        return events.evidence(about: Set(involved))
    }
}
