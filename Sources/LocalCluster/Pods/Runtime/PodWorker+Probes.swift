import Core
import Foundation
import Kubernetes

/// The probes of one run of a container, each a task that repeats it.
struct ContainerProbes: Sendable {
    let runID: String
    var tasks: [Task<Void, Never>] = []

    func cancel() {
        for task in tasks { task.cancel() }
    }
}

extension PodWorker {
    /// Begins to look after a container that has just started, or that was found running.
    func beginProbes(_ index: Int) {
        guard let run = containers[index].run else { return }
        let container = containers[index]
        endProbes(container.name)
        probes[container.name] = ContainerProbes(runID: run.id)
        let hook = container.view.json[path: "lifecycle", "postStart"].flatMap {
            ProbeAction($0, container: container.view)
        }
        guard let hook, !container.hasStarted else { return started(container.name, run.id) }
        let name = container.name
        add(
            Task {
                if case .failure(let message, _) = await attempt(hook, of: name, limit: .seconds(600)) {
                    await hookFailed(name, run.id, message)
                } else {
                    started(name, run.id)
                }
            },
            to: name
        )
    }

    func endProbes(_ name: String) {
        probes.removeValue(forKey: name)?.cancel()
    }

    private func add(_ task: Task<Void, Never>, to name: String) {
        probes[name]?.tasks.append(task)
    }

    /// The container runs, and its hook has been: now the probes count.
    private func started(_ name: String, _ runID: String) {
        guard let index = index(of: name), containers[index].run?.id == runID else { return }
        if let probe = Probe(.startup, of: containers[index].view), !containers[index].hasStarted {
            loop(probe, of: name, runID)
        } else {
            startupSucceeded(index, runID)
        }
        look()
    }

    private func startupSucceeded(_ index: Int, _ runID: String) {
        let container = containers[index]
        containers[index].hasStarted = true
        if let probe = Probe(.readiness, of: container.view) {
            loop(probe, of: container.name, runID)
        } else {
            containers[index].isReady = true
        }
        if let probe = Probe(.liveness, of: container.view) { loop(probe, of: container.name, runID) }
    }

    private func loop(_ probe: Probe, of name: String, _ runID: String) {
        let loop = ProbeLoop(
            probe: probe,
            attempt: { [weak self] action, limit in
                await self?.attempt(action, of: name, limit: limit) ?? .success
            },
            failed: { [weak self] message in await self?.probeFailed(probe, name, runID, message) },
            decided: { [weak self] verdict in await self?.probeDecided(probe, name, runID, verdict) }
        )
        add(Task { await loop.run() }, to: name)
    }

    /// Does something to a container from outside.
    func attempt(_ action: ProbeAction, of name: String, limit: Duration) async -> ProbeOutcome {
        guard let index = index(of: name), let run = containers[index].run, let address = attachment?.address else {
            return .failure("the container does not run")
        }
        switch action {
        case .httpGet(let get): return await HTTPProbe(get: get, address: address, timeout: limit).run()
        case .tcpSocket(let host, let port):
            return await TCPProbe(host: host ?? address, port: port, timeout: limit).run()
        case .sleep(let seconds):
            try? await Task.sleep(for: .seconds(seconds))
            return .success
        case .unsupported(let why): return .failure(why)
        case .exec(let command):
            let exec = ContainerExec(engine: host.launcher.engine, id: run.id, folder: run.folder)
            do {
                let outcome = try await exec.run(command, limit: limit)
                if outcome.succeeded { return .success }
                guard outcome.code != nil else {
                    return .failure("command timed out: \"\(command.joined(separator: " "))\" timed out after \(limit)")
                }
                return .failure(outcome.output + outcome.error)
            } catch {
                return .failure("command failed: \(error)")
            }
        }
    }

    private func isCurrent(_ name: String, _ runID: String) -> Int? {
        guard let index = index(of: name), containers[index].run?.id == runID, containers[index].isRunning,
            containers[index].run?.stop == nil
        else { return nil }
        return index
    }

    private func probeFailed(_ probe: Probe, _ name: String, _ runID: String, _ message: String) async {
        guard let index = isCurrent(name, runID) else { return }
        let text = "\(probe.kind.title) failed: \(message)"
        await host.event(pod, "Unhealthy", text, .warning, container: containers[index])
    }

    private func probeDecided(_ probe: Probe, _ name: String, _ runID: String, _ verdict: ProbeLoop.Verdict) async {
        guard let index = isCurrent(name, runID) else { return }
        switch (probe.kind, verdict) {
        case (.startup, .success): startupSucceeded(index, runID)
        case (.readiness, _): containers[index].isReady = verdict == .success
        case (.liveness, .success): break
        case (.startup, .failure), (.liveness, .failure):
            let kind = probe.kind.rawValue
            let grace = probe.terminationGracePeriodSeconds ?? PodView(pod).terminationGracePeriodSeconds
            await host.event(
                pod,
                "Killing",
                "Container \(name) failed \(kind) probe, will be restarted",
                container: containers[index]
            )
            stop(index, grace: grace)
        }
        look()
    }

    private func hookFailed(_ name: String, _ runID: String, _ message: String) async {
        guard let index = isCurrent(name, runID) else { return }
        await host.event(
            pod,
            "FailedPostStartHook",
            "PostStartHook failed: \(message)",
            .warning,
            container: containers[index]
        )
        stop(index, grace: PodView(pod).terminationGracePeriodSeconds)
        look()
    }
}
