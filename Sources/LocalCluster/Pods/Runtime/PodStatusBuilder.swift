import Core
import Foundation
import Kubernetes

/// Writes a pod's `status` from what the runtime knows; the same rules as the kubelet's status manager.
struct PodStatusBuilder {
    let pod: KubernetesObject
    /// In the order of the spec, initial ones first.
    let containers: [ContainerRecord]
    let attachment: PodAttachment?
    let hostAddress: String
    let now: Date
    /// Nothing of the pod will run again: it has ended, or is being deleted and has stopped.
    var isTerminal = false
    /// A failure of the whole pod: `DeadlineExceeded`, `Evicted`.
    var failure: ContainerRecord.Waiting?

    /// The whole new status.
    func build() -> JSON {
        var status = pod.status ?? .object([:])
        let phase = phase
        status["observedGeneration"] = .int(Int64(pod.generation))
        status["phase"] = .string(phase)
        status["conditions"] = .array(conditions(phase))
        status["hostIP"] = .string(hostAddress)
        status["hostIPs"] = [["ip": .string(hostAddress)]]
        if let attachment {
            status["podIP"] = .string(attachment.address)
            status["podIPs"] = [["ip": .string(attachment.address)]]
        }
        if status["startTime"] == nil { status["startTime"] = time(now) }
        status["reason"] = failure.map { .string($0.reason) }
        status["message"] = failure.map { .string($0.message) }
        let initial = containers.filter { $0.kind != .main }
        if !initial.isEmpty { status["initContainerStatuses"] = .array(initial.map(containerStatus)) }
        status["containerStatuses"] = .array(main.map(containerStatus))
        return status
    }

    private var main: [ContainerRecord] { containers.filter { $0.kind == .main } }
    private var restartPolicy: String { PodView(pod).restartPolicy }

    /// All initial containers have done their work.
    private var isInitialized: Bool {
        containers.allSatisfy { container in
            switch container.kind {
            case .main: true
            case .sidecar: container.hasStarted
            case .initial: container.termination?.exitCode == 0
            }
        }
    }

    var phase: String {
        if failure != nil { return "Failed" }
        if !isInitialized {
            let failed = containers.contains { $0.kind == .initial && ($0.termination?.exitCode ?? 0) != 0 }
            return failed && (restartPolicy == "Never" || isTerminal) ? "Failed" : isTerminal ? "Failed" : "Pending"
        }
        let endings = main.compactMap { $0.termination ?? ($0.run == nil ? $0.last : nil) }
        if isTerminal {
            return endings.count == main.count && endings.allSatisfy { $0.exitCode == 0 } ? "Succeeded" : "Failed"
        }
        // One that has never run keeps the pod pending.
        if main.contains(where: { $0.run == nil && $0.last == nil }) { return "Pending" }
        if main.contains(where: { !$0.isRunning && $0.termination == nil && $0.restartCount == 0 }) { return "Pending" }
        guard endings.count == main.count, restartPolicy != "Always" else { return "Running" }
        if endings.allSatisfy({ $0.exitCode == 0 }) { return "Succeeded" }
        return restartPolicy == "Never" ? "Failed" : "Running"
    }

    // MARK: Conditions

    private func conditions(_ phase: String) -> [JSON] {
        let isFinished = phase == "Succeeded" || phase == "Failed"
        let finished = phase == "Succeeded" ? "PodCompleted" : "PodFailed"
        let unready = main.filter { !$0.isReady }.map(\.name)
        let gates = (pod["spec", "readinessGates"]?.array ?? []).compactMap { $0["conditionType"]?.string }
        let closed = gates.filter { pod.condition($0)?.isTrue != true }
        let notReady = (
            "ContainersNotReady", "containers with unready status: [\(unready.joined(separator: " "))]"
        )

        var list: [JSON] = [condition("PodReadyToStartContainers", attachment != nil && !isTerminal)]
        let waiting = containers.filter { $0.kind == .initial && $0.termination?.exitCode != 0 }.map(\.name)
        if isInitialized {
            list.append(condition("Initialized", true, isFinished && phase == "Succeeded" ? ("PodCompleted", "") : nil))
        } else {
            list.append(
                condition(
                    "Initialized",
                    false,
                    (
                        "ContainersNotInitialized",
                        "containers with incomplete status: [\(waiting.joined(separator: " "))]"
                    )
                )
            )
        }
        if isFinished {
            list.append(condition("Ready", false, (finished, "")))
            list.append(condition("ContainersReady", false, (finished, "")))
        } else {
            let containersReady = unready.isEmpty
            if containersReady, !closed.isEmpty {
                let message = "corresponding condition of pod readiness gate \"\(closed[0])\" does not exist."
                list.append(condition("Ready", false, ("ReadinessGatesNotReady", message)))
            } else {
                list.append(condition("Ready", containersReady, containersReady ? nil : notReady))
            }
            list.append(condition("ContainersReady", containersReady, containersReady ? nil : notReady))
        }
        if let scheduled = pod.condition("PodScheduled") {
            var json = scheduled.json
            json["observedGeneration"] = .int(Int64(pod.generation))
            list.append(json)
        }
        let own: Set = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"]
        return list + pod.conditions.filter { !own.contains($0.type) }.map(\.json)
    }

    private func condition(_ type: String, _ isTrue: Bool, _ why: (reason: String, message: String)? = nil) -> JSON {
        let previous = pod.condition(type)
        let unchanged = previous?.isTrue == isTrue && previous?.status != "Unknown"
        var json: JSON = [
            "type": .string(type), "status": isTrue ? "True" : "False", "lastProbeTime": nil,
            "observedGeneration": .int(Int64(pod.generation)),
        ]
        json["lastTransitionTime"] = unchanged ? previous?.json["lastTransitionTime"] : time(now)
        if let why {
            json["reason"] = .string(why.reason)
            if !why.message.isEmpty { json["message"] = .string(why.message) }
        }
        return json
    }

    // MARK: Containers

    private func containerStatus(_ container: ContainerRecord) -> JSON {
        var json: JSON = [
            "name": .string(container.name), "image": .string(container.view.image),
            "imageID": .string(container.imageID), "ready": .bool(isReady(container)),
            "restartCount": .int(Int64(container.restartCount)),
            "started": .bool(container.isRunning && container.hasStarted),
            "state": state(container),
            "lastState": lastState(container),
        ]
        if let run = container.run, run.state != .starting {
            json["containerID"] = .string("slipway://\(run.id)")
            json["resources"] = container.view.json["resources"] ?? .object([:])
        }
        let mounts = container.view.json["volumeMounts"]?.array ?? []
        if !mounts.isEmpty {
            json["volumeMounts"] = .array(
                mounts.map { mount in
                    var status: JSON = [
                        "name": mount["name"] ?? "", "mountPath": mount["mountPath"] ?? "",
                    ]
                    if mount["readOnly"]?.bool ?? false {
                        status["readOnly"] = true
                        status["recursiveReadOnly"] = "Disabled"
                    }
                    return status
                }
            )
        }
        return json
    }

    /// Once the present life's end is no longer the state itself (`CrashLoopBackOff`), it is the last one.
    private func lastState(_ container: ContainerRecord) -> JSON {
        let isWaiting = container.waiting != nil && !container.isAlive
        guard let last = (isWaiting ? container.termination : nil) ?? container.last else { return .object([:]) }
        return ["terminated": terminated(last)]
    }

    /// An initial container that has done its work counts as ready.
    private func isReady(_ container: ContainerRecord) -> Bool {
        container.kind == .initial ? container.termination?.exitCode == 0 : container.isRunning && container.isReady
    }

    private func state(_ container: ContainerRecord) -> JSON {
        if case .running(let running)? = container.run?.state {
            return ["running": ["startedAt": time(running.startedAt)]]
        }
        if let waiting = container.waiting {
            var json: JSON = ["reason": .string(waiting.reason)]
            if !waiting.message.isEmpty { json["message"] = .string(waiting.message) }
            return ["waiting": json]
        }
        if let termination = container.termination { return ["terminated": terminated(termination)] }
        if isTerminal {
            // It never ran, and never will.
            return [
                "terminated": [
                    "exitCode": 137, "reason": "ContainerStatusUnknown",
                    "message": "The container could not be located when the pod was terminated", "startedAt": nil,
                    "finishedAt": nil,
                ]
            ]
        }
        let reason = container.kind == .main && !isInitialized ? "PodInitializing" : "ContainerCreating"
        let hasInitial = containers.contains { $0.kind != .main }
        return ["waiting": ["reason": .string(hasInitial ? "PodInitializing" : reason)]]
    }

    private func terminated(_ termination: Termination) -> JSON {
        var json: JSON = [
            "exitCode": .int(Int64(termination.exitCode)), "reason": .string(termination.reason),
            "containerID": .string("slipway://\(termination.containerID)"),
        ]
        json["startedAt"] = termination.startedAt.map(time) ?? .null
        json["finishedAt"] = termination.finishedAt.map(time) ?? .null
        if !termination.message.isEmpty { json["message"] = .string(termination.message) }
        return json
    }

    private func time(_ date: Date) -> JSON { .string(KubernetesTime.text(date)) }
}
