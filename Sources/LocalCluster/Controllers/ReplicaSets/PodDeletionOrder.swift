import Foundation
import Kubernetes

/// Which of two pods is deleted first when there are too many (`controller.ActivePodsWithRanks` in Kubernetes):
/// those that do the least, then the youngest.
enum PodDeletionOrder {
    static func goesFirst(_ left: KubernetesObject, _ right: KubernetesObject) -> Bool {
        let (a, b) = (PodView(left), PodView(right))
        if (a.nodeName == nil) != (b.nodeName == nil) { return a.nodeName == nil }
        if phaseRank(a) != phaseRank(b) { return phaseRank(a) < phaseRank(b) }
        if a.isReady != b.isReady { return !a.isReady }
        if cost(left) != cost(right) { return cost(left) < cost(right) }
        let readySince = (readyTime(left), readyTime(right))
        if a.isReady, readySince.0 != readySince.1 { return readySince.0 > readySince.1 }
        if a.restartCount != b.restartCount { return a.restartCount > b.restartCount }
        let created = (left.creationTimestamp ?? .distantPast, right.creationTimestamp ?? .distantPast)
        if created.0 != created.1 { return created.0 > created.1 }
        return left.name < right.name
    }

    private static func phaseRank(_ pod: PodView) -> Int {
        switch pod.phase {
        case "Pending": 0
        case "Running": 2
        default: 1
        }
    }

    private static func cost(_ pod: KubernetesObject) -> Int {
        pod.annotations["controller.kubernetes.io/pod-deletion-cost"].flatMap { Int($0) } ?? 0
    }

    private static func readyTime(_ pod: KubernetesObject) -> Date {
        pod.condition("Ready")?.lastTransitionTime ?? .distantPast
    }
}
