import Foundation
import Kubernetes

/// Says in words what a pod of the new revision is doing, and why it is not ready.
struct PodWords {
    let pod: PodView
    let events: [EventLog.Warning]

    var report: PodReport {
        let (state, text) = describe()
        return PodReport(name: pod.name, state: state, text: text, restarts: pod.restartCount)
    }

    private func describe() -> (PodReport.State, String) {
        if let scheduled = pod.scheduled, scheduled.isFalse {
            return (.failing, "waiting for a node: \(scheduled.message)")
        }
        for status in pod.allContainerStatuses {
            if let trouble = trouble(status) { return trouble }
        }
        if pod.isReady { return (.ready, "ready") }
        for status in pod.initContainerStatuses {
            if case .running = status.state, !status.hasStarted || !isSidecar(status.name) {
                return (.starting, "running init container \(status.name)")
            }
        }
        for status in pod.containerStatuses where !status.isReady {
            if case .running = status.state { return (.starting, running()) }
        }
        if let warning = events.last(where: { $0.reason.hasPrefix("Failed") }) {
            return (.waiting, "starting: \(warning.message)")
        }
        return (.waiting, pod.nodeName == nil ? "waiting for a node" : "creating its containers")
    }

    private func isSidecar(_ name: String) -> Bool {
        pod.initContainers.first { $0.name == name }?.isSidecar ?? false
    }

    private func running() -> String {
        guard let probe = events.last(where: { $0.reason == "Unhealthy" }) else { return "running, not ready" }
        return "running, not ready: \(probe.message)"
    }

    private func trouble(_ status: ContainerStatusView) -> (PodReport.State, String)? {
        switch status.state {
        case .waiting(let reason, let message):
            switch reason {
            case "", "ContainerCreating", "PodInitializing": return nil
            case "CrashLoopBackOff": return (.failing, crashed(status) ?? message)
            default: return (.failing, message.isEmpty ? reason : "\(reason): \(message)")
            }
        case .terminated(let end):
            let isInit = pod.initContainers.contains { $0.name == status.name }
            if isInit, end.exitCode == 0 { return nil }
            return (.failing, crashed(status) ?? "ended")
        case .running:
            guard status.restartCount > 0, !status.isReady else { return nil }
            return (.failing, "\(crashed(status) ?? "restarted"), running again")
        }
    }

    /// `api-server exited with 3 at start (3 times)`
    private func crashed(_ status: ContainerStatusView) -> String? {
        guard let end = status.termination ?? status.lastTermination else { return nil }
        let times = status.termination != nil ? status.restartCount + 1 : max(1, status.restartCount)
        return "\(status.name) \(Self.words(end))" + (times > 1 ? " (\(times) times)" : "")
    }

    /// `exited with 3`, `was killed: out of memory`
    static func words(_ end: ContainerStatusView.Termination) -> String {
        switch end.reason {
        case "OOMKilled": "was killed: out of memory (exit code \(end.exitCode))"
        case "Error", "Completed", "": "exited with code \(end.exitCode)"
        default: "exited with code \(end.exitCode) (\(end.reason)\(end.message.isEmpty ? "" : ": \(end.message)"))"
        }
    }
}
