import Foundation
import Kubernetes

extension PodWorker {
    /// How long a shim may take to lock its folder.
    private static let shimStart: TimeInterval = 20

    /// Looks at what the shims have written, and tells the world what is new.
    func readShims() async {
        var hasEnded = false
        for index in containers.indices {
            guard let run = containers[index].run else { continue }
            switch run.state {
            case .exited, .failed: break
            case .starting, .running:
                let state = await presentState(of: run)
                containers[index].run?.state = state
            }
            await announce(index)
            if containers[index].termination != nil, probes[containers[index].name] != nil {
                endProbes(containers[index].name)
                hasEnded = true
            }
            enforceStop(index)
        }
        // The end is shown before whatever follows from it.
        if hasEnded, !isRemoved, !pod.isBeingDeleted { await publish() }
    }

    private func presentState(of run: ContainerRecord.Run) async -> ShimStatus.State {
        let before = run.folder.readStatus()
        if let before, before.isFinal || run.folder.hasLiveShim { return before.state }
        // The shim may have ended between the two looks, as it should: after its last word.
        if let after = run.folder.readStatus(), after.isFinal { return after.state }
        if Date().timeIntervalSince(run.launchedAt) < Self.shimStart, before == nil {
            look(at: Date().addingTimeInterval(0.5))
            return run.state
        }
        if !run.folder.hasLiveShim {
            // The shim was killed. Its container has no owner any more, and nobody knows what becomes of it.
            await LostContainer(host: host, run: run).remove()
            let exit = ShimStatus.Exit(code: 137, signal: SIGKILL, finishedAt: Date())
            try? run.folder.write(ShimStatus(shim: nil, state: .exited(exit)))
            return .exited(exit)
        }
        return run.state
    }

    /// Tells of a start, once.
    private func announce(_ index: Int) async {
        guard let run = containers[index].run, !run.isAnnounced, run.state != .starting else { return }
        containers[index].run?.isAnnounced = true
        let container = containers[index]
        if case .failed(let message, _) = run.state {
            let text = "failed to create container task: OCI runtime create failed: \(message)"
            containers[index].run?.state = .failed(message: text, at: Date())
            try? run.folder.write(ShimStatus(shim: nil, state: .failed(message: text, at: Date())))
            await host.event(pod, "Failed", "Error: \(text)", .warning, container: container)
            return
        }
        await host.event(pod, "Created", "Container created", container: container)
        await host.event(pod, "Started", "Container started", container: container)
        if container.isRunning { beginProbes(index) }
    }

    /// Ends for good what had time to end and has not.
    private func enforceStop(_ index: Int) {
        guard let run = containers[index].run, containers[index].isAlive, let stop = run.stop else { return }
        guard !stop.isKilled else { return look(at: Date().addingTimeInterval(1)) }
        if stop.killAt <= Date() {
            run.folder.send(.signal(SIGKILL))
            containers[index].run?.stop?.isKilled = true
            look(at: Date().addingTimeInterval(1))
        } else {
            look(at: stop.killAt)
        }
    }
}

/// A container whose shim is gone.
struct LostContainer {
    let host: PodHost
    let run: ContainerRecord.Run

    /// Ends whatever is left of it.
    func remove() async {
        guard let specification = try? run.folder.readSpecification() else { return }
        switch specification.launch {
        case .bundle(let launch):
            let command = launch.runtime.arguments(["delete", "--force", specification.containerID])
            let script = "umount \(RuntimeCommand.unifiedMountPoint) 2>/dev/null; exec \"$@\""
            _ = try? await SystemCommand(
                "unshare",
                ["--mount", "sh", "-c", script, "sh", launch.runtime.executable] + command
            ).run()
            if let group = launch.controlGroup { ControlGroups.remove(group) }
        case .process:
            if case .running(let running)? = run.folder.readStatus()?.state { kill(-running.pid, SIGKILL) }
        }
    }
}
