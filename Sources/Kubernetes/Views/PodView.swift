import Core
import Foundation

/// What a rollout needs of a Pod.
package struct PodView: Sendable, Hashable {
    package let object: KubernetesObject

    package init(_ object: KubernetesObject) { self.object = object }

    package var name: String { object.name }
    package var namespace: String { object.namespace ?? "" }
    package var uid: String { object.uid ?? "" }
    package var template: PodTemplateView { PodTemplateView(object.json) }
    package var containers: [ContainerView] { template.containers }
    package var initContainers: [ContainerView] { template.initContainers }
    package var nodeName: String? { object["spec", "nodeName"]?.string }
    package var restartPolicy: String { object["spec", "restartPolicy"]?.string ?? "Always" }
    package var terminationGracePeriodSeconds: Int { object["spec", "terminationGracePeriodSeconds"]?.int ?? 30 }
    package var podTemplateHash: String? { object.labels[LabelName.podTemplateHash] }

    /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
    package var phase: String { object["status", "phase"]?.string ?? "Pending" }
    /// A reason of the whole pod, such as `Evicted`.
    package var reason: String? { object["status", "reason"]?.string }
    package var message: String? { object["status", "message"]?.string }
    package var podIP: String? { object["status", "podIP"]?.string }
    package var startTime: Date? { KubernetesTime.parse(object["status", "startTime"]?.string) }

    /// Being deleted: neither old nor new pods in this state count for anything.
    package var isTerminating: Bool { object.isBeingDeleted }
    /// All containers have ended for good.
    package var isFinished: Bool { phase == "Succeeded" || phase == "Failed" }
    package var isActive: Bool { !isTerminating && !isFinished }
    package var isReady: Bool { object.condition("Ready")?.isTrue ?? false }
    package var scheduled: ConditionView? { object.condition("PodScheduled") }

    /// Ready for at least `minReadySeconds`.
    package func isAvailable(minReadySeconds: Int, at now: Date) -> Bool {
        guard let ready = object.condition("Ready"), ready.isTrue else { return false }
        guard minReadySeconds > 0 else { return true }
        guard let since = ready.lastTransitionTime else { return false }
        return since.addingTimeInterval(Double(minReadySeconds)) <= now
    }

    package var containerStatuses: [ContainerStatusView] { statuses("containerStatuses") }
    package var initContainerStatuses: [ContainerStatusView] { statuses("initContainerStatuses") }
    /// Init containers first, in the order in which they run.
    package var allContainerStatuses: [ContainerStatusView] { initContainerStatuses + containerStatuses }
    package var restartCount: Int { allContainerStatuses.reduce(0) { $0 + $1.restartCount } }

    private func statuses(_ field: String) -> [ContainerStatusView] {
        object["status", field]?.array?.map(ContainerStatusView.init) ?? []
    }
}
