import Core
import Foundation
import Kubernetes

/// A pod in three words, by the rules of Kubernetes' printer (`pkg/printers/internalversion`).
struct PodSummary: Sendable {
    let ready: String
    let status: String
    let restarts: String

    init(_ object: KubernetesObject, _ context: TableContext) {
        let pod = PodView(object)
        let sidecars = Set(
            (object["spec", "initContainers"]?.array ?? [])
                .filter { $0["restartPolicy"] == "Always" }
                .compactMap { $0["name"]?.string }
        )
        var count = Count()
        let gated = object.condition("PodScheduled")?.reason == "SchedulingGated"
        var status = pod.reason ?? (gated ? "SchedulingGated" : pod.phase)
        let initStatuses = object["status", "initContainerStatuses"]?.array ?? []
        var isInitializing = false
        for (index, container) in initStatuses.enumerated() {
            let isSidecar = sidecars.contains(container["name"]?.string ?? "")
            count.add(container, isSidecar: isSidecar)
            if container[path: "state", "terminated", "exitCode"]?.int == 0 { continue }
            if isSidecar, container["started"]?.bool == true {
                if container["ready"]?.bool == true { count.ready += 1 }
                continue
            }
            let total = object["spec", "initContainers"]?.array?.count ?? 0
            status = "Init:" + (Self.initReason(container) ?? "\(index)/\(total)")
            isInitializing = true
            break
        }
        if !isInitializing || object.condition("Initialized")?.isTrue == true {
            count.keepSidecars()
            status = Self.containers(of: object, status: status, &count)
        }
        if object.isBeingDeleted {
            if pod.reason == "NodeLost" {
                status = "Unknown"
            } else if !pod.isFinished {
                status = "Terminating"
            }
        }
        self.status = status
        ready = "\(count.ready)/\((object["spec", "containers"]?.array?.count ?? 0) + sidecars.count)"
        restarts =
            if count.restarts > 0, let last = count.lastRestart {
                "\(count.restarts) (\(context.since(last)) ago)"
            } else {
                "\(count.restarts)"
            }
    }

    private struct Count {
        var ready = 0
        var restarts = 0
        var lastRestart: Date?
        private var sidecarRestarts = 0
        private var sidecarLast: Date?

        mutating func add(_ container: JSON, isSidecar: Bool = false) {
            let number = container["restartCount"]?.int ?? 0
            let ended = KubernetesTime.parse(container[path: "lastState", "terminated", "finishedAt"]?.string)
            restarts += number
            lastRestart = [lastRestart, ended].compactMap(\.self).max()
            guard isSidecar else { return }
            sidecarRestarts += number
            sidecarLast = [sidecarLast, ended].compactMap(\.self).max()
        }

        /// Once the pod is initialized, restarts of ordinary init containers no longer matter.
        mutating func keepSidecars() {
            restarts = sidecarRestarts
            lastRestart = sidecarLast
        }
    }

    private static func initReason(_ container: JSON) -> String? {
        if let ended = container[path: "state", "terminated"] { return endReason(ended) }
        let waiting = container[path: "state", "waiting", "reason"]?.string ?? ""
        return waiting.isEmpty || waiting == "PodInitializing" ? nil : waiting
    }

    private static func endReason(_ ended: JSON) -> String {
        if let reason = ended["reason"]?.string, !reason.isEmpty { return reason }
        if let signal = ended["signal"]?.int, signal != 0 { return "Signal:\(signal)" }
        return "ExitCode:\(ended["exitCode"]?.int ?? 0)"
    }

    /// The first container that has something to say decides.
    private static func containers(of object: KubernetesObject, status: String, _ count: inout Count) -> String {
        var status = status
        var hasRunning = false
        for container in (object["status", "containerStatuses"]?.array ?? []).reversed() {
            count.add(container)
            let waiting = container[path: "state", "waiting", "reason"]?.string ?? ""
            if !waiting.isEmpty {
                status = waiting
            } else if let ended = container[path: "state", "terminated"] {
                status = endReason(ended)
            } else if container["ready"]?.bool == true, container[path: "state", "running"] != nil {
                hasRunning = true
                count.ready += 1
            }
        }
        if status == "Completed", hasRunning {
            return object.condition("Ready")?.isTrue == true ? "Running" : "NotReady"
        }
        return status
    }
}
