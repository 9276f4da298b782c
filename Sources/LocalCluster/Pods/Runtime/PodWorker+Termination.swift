import Core
import Foundation
import Kubernetes
import Logging

extension PodWorker {
    /// The kubelet's least time between asking and killing.
    private static let leastGrace = 2

    /// Ends a pod that is being deleted: no new traffic, hooks, the stop signal, time, SIGKILL, and the object goes.
    ///
    /// - Returns: whether nothing of it is left.
    func terminate() async -> Bool {
        let grace = pod.deletionGracePeriodSeconds ?? PodView(pod).terminationGracePeriodSeconds
        if termination.map({ grace < $0.grace }) ?? true {
            let isFirst = termination == nil
            termination = TerminationProgress(killAt: Date().addingTimeInterval(Double(grace)), grace: grace)
            for task in imageTasks.values { task.cancel() }
            if isFirst {
                for container in containers where container.isAlive {
                    await host.event(pod, "Killing", "Stopping container \(container.name)", container: container)
                }
                await publish()
                await TrafficGate(store: host.store).waitUntilClosed(to: pod)
            }
            // Sidecars serve the others to their end.
            for index in containers.indices where containers[index].kind != .sidecar { stop(index, grace: grace) }
        }
        if !containers.contains(where: { $0.kind != .sidecar && $0.isAlive }) {
            let rest = max(Self.leastGrace, Int(termination?.killAt.timeIntervalSinceNow ?? 0))
            for index in containers.indices where containers[index].kind == .sidecar { stop(index, grace: rest) }
        }
        guard !containers.contains(where: \.isAlive) else { return false }
        await publish(isTerminal: true)
        await removeSandbox()
        do {
            _ = try await host.store.delete(
                .pod,
                namespace: pod.namespace,
                name: pod.name,
                options: DeleteOptions(gracePeriodSeconds: 0, uid: uid)
            )
        } catch let error as KubernetesStatusError where error.code == 404 || error.code == 409 {
            // It has gone by itself.
        } catch {
            host.logger.warning("pod not removed", metadata: ["pod": "\(label)", "error": "\(error)"])
            look(at: Date().addingTimeInterval(1))
            return false
        }
        return true
    }

    /// Ends at once what is left of a pod whose object is gone.
    ///
    /// - Returns: whether nothing of it is left.
    func destroy() async -> Bool {
        for container in containers where container.isAlive { container.run?.folder.send(.signal(SIGKILL)) }
        guard !containers.contains(where: \.isAlive) else {
            // Orders can be lost while a shim starts.
            look(at: Date().addingTimeInterval(0.2))
            return false
        }
        await removeSandbox()
        return true
    }

    /// A pod that has ended keeps its logs until it is deleted, but no network and no running sidecars.
    func settle() async {
        for index in containers.indices where containers[index].isAlive {
            stop(index, grace: PodView(pod).terminationGracePeriodSeconds)
        }
        guard !containers.contains(where: \.isAlive) else { return await publish() }
        await publish(isTerminal: true)
        guard attachment != nil else { return }
        await host.network.detach(uid)
        attachment = nil
        volumes = nil
    }

    /// Asks one container to end: its hook first, then its stop signal; SIGKILL when its time is over.
    func stop(_ index: Int, grace: Int) {
        let container = containers[index]
        guard container.isAlive, let run = container.run else { return }
        let killAt = Date().addingTimeInterval(Double(max(grace, grace == 0 ? 0 : Self.leastGrace)))
        if let earlier = run.stop {
            if killAt < earlier.killAt {
                containers[index].run?.stop = ContainerRecord.Stop(killAt: killAt, isKilled: earlier.isKilled)
                look(at: killAt)
            }
            return
        }
        containers[index].run?.stop = ContainerRecord.Stop(killAt: killAt)
        look(at: killAt)
        endProbes(container.name)
        // An end to look out for, though there are no more probes.
        probes[container.name] = ContainerProbes(runID: run.id)
        guard let json = container.view.json[path: "lifecycle", "preStop"],
            let hook = ProbeAction(json, container: container.view), container.isRunning
        else {
            run.folder.send(.signal(run.stopSignal))
            return
        }
        let name = container.name
        let limit = Duration.seconds(max(0.1, killAt.timeIntervalSinceNow))
        let task = Task {
            let outcome = try? await Deadline.run(limit) { await self.attempt(hook, of: name, limit: limit) }
            if case .failure(let message, _)? = outcome {
                await host.event(
                    pod,
                    "FailedPreStopHook",
                    "PreStopHook failed: \(message)",
                    .warning,
                    container: container
                )
            }
            run.folder.send(.signal(run.stopSignal))
        }
        probes[container.name]?.tasks.append(task)
    }
}

/// Whether Services still send new connections to a pod.
struct TrafficGate {
    let store: ObjectStore
    /// Endpoints are withdrawn within milliseconds; a Service whose slices are kept by hand must not hold a pod.
    private static let limit = Duration.seconds(1)
    /// What the service proxy may need to act on the change.
    private static let settling = Duration.milliseconds(50)

    /// Returns when no endpoint offers the pod any more, or after a second.
    func waitUntilClosed(to pod: KubernetesObject) async {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: Self.limit)
        guard await isOpen(to: pod) else { return }
        while clock.now < deadline, await isOpen(to: pod) {
            guard (try? await clock.sleep(for: .milliseconds(5))) != nil else { return }
        }
        try? await clock.sleep(for: Self.settling)
    }

    private func isOpen(to pod: KubernetesObject) async -> Bool {
        await store.list(.endpointSlice, namespace: pod.namespace).items.contains { slice in
            EndpointSliceView(slice).endpoints.contains {
                $0.podUID == pod.uid && $0.isReady && !$0.isTerminating
            }
        }
    }
}
