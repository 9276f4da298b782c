import Core
import Foundation
import Kubernetes

/// What ails a pod, and what mends it: the troubles of a delivery guide, told from what the cluster says.
struct PodDiagnosis {
    let pod: PodView
    let events: [EventLog.Warning]
    let namespace: String

    /// nil: nothing is wrong with it.
    var finding: Finding? {
        guard !pod.isTerminating, !pod.isFinished, !pod.isReady else { return nil }
        let subject = "pod \(pod.name)"
        let words = PodWords(pod: pod, events: events).report
        if let scheduled = pod.scheduled, scheduled.isFalse {
            return .problem(subject, words.text, fix: unschedulable(scheduled.message))
        }
        for status in pod.allContainerStatuses {
            if let fix = fix(status) { return .problem(subject, words.text, fix: fix) }
        }
        if events.contains(where: { $0.reason == "Unhealthy" }) {
            return .problem(
                subject,
                words.text,
                fix:
                    "Ask it what the probe asks: \(kubectl) port-forward pod/\(pod.name) 8000. Is the probe's path and port "
                    + "right? A slow start needs a startupProbe; what it depends on must be reachable from the pod."
            )
        }
        if let mount = events.last(where: { $0.reason.hasPrefix("Failed") }) {
            return .problem(subject, mount.message, fix: "\(kubectl) describe pod \(pod.name)")
        }
        return .warning(subject, words.text)
    }

    private var kubectl: String { "kubectl -n \(namespace)" }

    private func fix(_ status: ContainerStatusView) -> String? {
        if status.termination?.reason == "OOMKilled" || status.lastTermination?.reason == "OOMKilled" {
            return
                "It needs more memory than its limit: raise resources.limits.memory of container \(status.name), or find "
                + "what it keeps."
        }
        switch status.state {
        case .waiting(let reason, let message): return waiting(reason, message, status)
        case .terminated, .running: return nil
        }
    }

    private func waiting(_ reason: String, _ message: String, _ status: ContainerStatusView) -> String? {
        switch reason {
        case "ErrImagePull", "ImagePullBackOff":
            let said = ([message] + events.map(\.message)).joined(separator: " ").lowercased()
            if ["401", "403", "unauthorized", "denied", "authentication required"].contains(where: said.contains) {
                return "The registry refuses the cluster: \(kubectl) create secret docker-registry regcred "
                    + "--docker-server=… --docker-username=… --docker-password=…, and name it in imagePullSecrets of the "
                    + "pod's ServiceAccount. Is the token still valid, and may it read packages?"
            }
            if ["not found", "manifest unknown", "404"].contains(where: said.contains) {
                return
                    "The image is not in the registry under that name and digest: was it pushed, and is \"image\" of "
                    + "slipway.yml the registry's name?"
            }
            return
                "The registry cannot be reached from the node: its network, its DNS, its proxy. The cluster tries again."
        case "ErrImageNeverPull":
            return "imagePullPolicy: Never, and the node does not have the image: build it there, or change the policy."
        case "InvalidImageName": return "Correct the image's name: no blanks, no capitals, one tag or digest."
        case "CreateContainerConfigError":
            return "Create what it names, or correct the reference: \(kubectl) get configmaps,secrets"
        case "CrashLoopBackOff":
            return
                "Read what it said last: \(kubectl) logs \(pod.name) -c \(status.name) --previous. A missing setting or "
                + "secret is the usual reason."
        case "CreateContainerError", "RunContainerError":
            return "The container cannot be started as described: its command, its mounts, its security context. "
                + "\(kubectl) describe pod \(pod.name)"
        default: return nil
        }
    }

    private func unschedulable(_ message: String) -> String {
        let said = message.lowercased()
        if said.contains("insufficient") {
            return "No node has that much free: lower resources.requests, or add nodes. See: kubectl describe nodes"
        }
        if said.contains("taint") {
            return "Every node has a taint that the pod does not tolerate: kubectl describe nodes"
        }
        if said.contains("affinity") || said.contains("selector") || said.contains("spread") {
            return
                "Its node selector, affinity or spread fits no node: with a required anti-affinity, one node more than "
                + "replicas is needed while a rollout adds a pod."
        }
        if said.contains("volume") || said.contains("claim") {
            return "Its volume is not bound, or bound elsewhere: \(kubectl) get pvc"
        }
        return "\(kubectl) describe pod \(pod.name)"
    }
}
