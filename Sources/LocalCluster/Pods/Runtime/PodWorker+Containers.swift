import Core
import Foundation
import Kubernetes

extension PodWorker {
    /// Starts what should run and can: initial containers one after the other, then all others.
    func advance() async {
        for index in containers.indices where containers[index].kind != .main {
            if containers[index].kind == .initial, containers[index].termination?.exitCode == 0 { continue }
            // Once the others run, an initial container has nothing more to do.
            if containers[index].kind == .initial, containers.contains(where: { $0.kind == .main && $0.run != nil }) {
                continue
            }
            await step(index)
            guard containers[index].kind == .sidecar, containers[index].isRunning, containers[index].hasStarted else {
                if containers[index].kind == .sidecar, containers.contains(where: { $0.kind == .main && $0.run != nil })
                {
                    continue
                }
                return
            }
        }
        for index in containers.indices where containers[index].kind == .main { await step(index) }
    }

    /// Brings one container a step further.
    private func step(_ index: Int) async {
        guard !containers[index].isAlive else { return }
        let now = Date()
        if let termination = containers[index].termination {
            guard shouldRestart(containers[index], termination) else {
                containers[index].waiting = nil
                return
            }
            let ended = termination.finishedAt ?? now
            if let due = containers[index].restartBackOff.nextAttempt(after: ended, now: now) {
                return await backOff(index, until: due)
            }
        }
        if let retry = containers[index].retryAt, retry > now { return look(at: retry) }
        guard let image = await image(index) else { return }
        await start(index, image)
    }

    private func shouldRestart(_ container: ContainerRecord, _ termination: Termination) -> Bool {
        switch (container.kind, PodView(pod).restartPolicy) {
        case (.sidecar, _): true
        case (_, "Never"): false
        case (.initial, _), (_, "OnFailure"): termination.exitCode != 0
        default: true
        }
    }

    private func backOff(_ index: Int, until due: Date) async {
        look(at: due)
        guard containers[index].waiting?.reason != "CrashLoopBackOff" else { return }
        let container = containers[index]
        let delay = container.restartBackOff.text
        containers[index].waiting = ContainerRecord.Waiting(
            reason: "CrashLoopBackOff",
            message: "back-off \(delay) restarting failed container=\(container.name) pod=\(label)"
        )
        await host.event(
            pod,
            "BackOff",
            "Back-off restarting failed container \(container.name) in pod \(label)",
            .warning,
            container: container
        )
    }

    // MARK: Images

    /// The container's image, if it is ready; fetching and unpacking go on beside the worker.
    private func image(_ index: Int) async -> ReadyImage? {
        let container = containers[index]
        let now = Date()
        switch container.image {
        case .ready(let image): return image
        case .fetching: return nil
        case .failed(let problem, let since):
            if let due = container.imageBackOff.nextAttempt(after: since, now: now) {
                look(at: due)
                // The failure itself is seen for a second, then that its repetition waits.
                let shown = since.addingTimeInterval(1)
                if shown > now { look(at: shown) } else { await showImageBackOff(index, problem) }
                return nil
            }
        case .unknown: break
        }
        containers[index].image = .fetching
        let name = container.name
        let reference = container.view.image
        let policy = container.view.imagePullPolicy ?? "IfNotPresent"
        if policy == "Always" {
            await host.event(pod, "Pulling", "Pulling image \"\(reference)\"", container: container)
        }
        imageTasks[name] = Task { [host, pod] in
            let begun = ContinuousClock.now
            let result: Result<ReadyImage, ImageProblem>
            do {
                let secrets = await host.pullSecrets(of: pod)
                let ready = try await host.images.ready(reference, pullPolicy: policy, pullSecrets: secrets)
                result = .success(ready)
            } catch let problem as ImageProblem {
                result = .failure(problem)
            } catch {
                result = .failure(.unusable("failed to pull and unpack image \"\(reference)\": \(error)"))
            }
            await imageResult(name, result, took: begun.duration(to: .now))
        }
        return nil
    }

    private func imageResult(_ name: String, _ result: Result<ReadyImage, ImageProblem>, took: Duration) async {
        imageTasks[name] = nil
        guard let index = index(of: name), case .fetching = containers[index].image else { return }
        let reference = containers[index].view.image
        switch result {
        case .success(let image):
            containers[index].image = .ready(image)
            containers[index].imageID = image.id
            containers[index].imageBackOff = BackOff()
            containers[index].waiting = nil
            let milliseconds = took.nanoseconds / 1_000_000
            let message =
                containers[index].view.imagePullPolicy == "Always"
                ? "Successfully pulled image \"\(reference)\" in \(milliseconds)ms (\(milliseconds)ms including waiting)."
                : "Container image \"\(reference)\" already present on machine and can be accessed by the pod"
            await host.event(pod, "Pulled", message, container: containers[index])
        case .failure(let problem):
            let container = containers[index]
            switch problem {
            case .invalidName:
                await host.event(pod, "InspectFailed", problem.message, .warning, container: container)
            case .neverPull:
                await host.event(pod, problem.reason, problem.message, .warning, container: container)
            case .notFound, .unusable:
                let text = "Failed to pull image \"\(reference)\": \(problem.message)"
                await host.event(pod, "Failed", text, .warning, container: container)
            }
            await host.event(pod, "Failed", "Error: \(problem.reason)", .warning, container: container)
            let now = Date()
            containers[index].image = .failed(problem, since: now)
            containers[index].imageBackOff.attempt(after: now, now: now)
            containers[index].waiting = .init(reason: problem.reason, message: problem.message)
            // Seen before anything follows from it.
            if !isRemoved, !pod.isBeingDeleted { await publish() }
        }
        look()
    }

    private func showImageBackOff(_ index: Int, _ problem: ImageProblem) async {
        guard problem.reason == "ErrImagePull", containers[index].waiting?.reason != "ImagePullBackOff" else { return }
        let container = containers[index]
        let text = "Back-off pulling image \"\(container.view.image)\""
        containers[index].waiting = .init(
            reason: "ImagePullBackOff",
            message: "\(text): ErrImagePull: \(problem.message)"
        )
        await host.event(pod, "BackOff", text, container: container)
        await host.event(pod, "Failed", "Error: ImagePullBackOff", .warning, container: container)
    }

    // MARK: Start

    private func start(_ index: Int, _ image: ReadyImage) async {
        guard let attachment, let volumes else { return }
        let previous = containers[index].run
        let termination = containers[index].termination
        let number = previous.map { $0.number + ($0.isAnnounced ? 1 : 0) } ?? 0
        let container = containers[index]
        let id = ContainerLauncher.makeIdentifier()
        let run = folder.container(container.name, run: number)
        do {
            let context = await host.context(for: pod, address: attachment.address)
            // While we looked things up, the pod may have been deleted.
            guard !isRemoved, !pod.isBeingDeleted else { return }
            try host.launcher.prepare(run)
            let planner = ContainerPlanner(
                context: context,
                container: container.view,
                image: image,
                volumes: volumes,
                attachment: attachment,
                podFiles: PodFiles.mounts(folder.etc),
                hostname: PodFiles.hostname(of: pod)
            )
            let spec = try planner.plan(
                terminationMessage: run.terminationMessage,
                controlGroup: host.launcher.controlGroup(id)
            )
            let log = folder.log(container.name, run: number)
            try host.launcher.start(spec, image: image, id: id, address: attachment.address, in: run, log: log)
            var record = ContainerRecord.Run(number: number, id: id, folder: run, state: .starting)
            record.stopSignal = spec.stopSignal
            if let termination {
                containers[index].last = termination
                let ended = termination.finishedAt ?? Date()
                containers[index].restartBackOff.attempt(after: ended, now: Date())
            }
            containers[index].run = record
            containers[index].waiting = nil
            containers[index].retryAt = nil
            containers[index].hasStarted = false
            containers[index].isReady = false
            // The next life looks at the image's name again.
            containers[index].image = .unknown
            folder.removeRuns(of: container.name, before: number)
        } catch let error as ContainerConfigurationError {
            await failToStart(index, reason: error.reason, error.message)
        } catch {
            await failToStart(
                index,
                reason: "CreateContainerError",
                (error as? SlipwayError)?.oneLine ?? "\(error)"
            )
        }
    }

    private func failToStart(_ index: Int, reason: String, _ message: String) async {
        let waiting = ContainerRecord.Waiting(reason: reason, message: message)
        containers[index].waiting = waiting
        containers[index].retryAt = Date().addingTimeInterval(10)
        look(at: Date().addingTimeInterval(10))
        await host.event(pod, "Failed", "Error: \(message)", .warning, container: containers[index])
    }

    /// Something the pod refers to has changed: what failed for want of it need not wait.
    func referencesChanged() {
        let isWaiting = containers.contains { $0.waiting?.reason == "CreateContainerConfigError" }
        guard isWaiting || mountProblem != nil || !containers.contains(where: { $0.run != nil }) else { return }
        for index in containers.indices where containers[index].waiting?.reason == "CreateContainerConfigError" {
            containers[index].retryAt = nil
        }
        look()
    }
}
