import Core
import Foundation
import Kubernetes

extension PodWorker {
    /// Finds what an earlier life of the server has left of this pod, and goes on with it.
    func adopt() async {
        let view = PodView(pod)
        containers =
            view.initContainers.map { ContainerRecord(view: $0, kind: $0.isSidecar ? .sidecar : .initial) }
            + view.containers.map { ContainerRecord(view: $0, kind: .main) }
        let statuses = Dictionary(
            view.allContainerStatuses.map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        for index in containers.indices { adopt(&containers[index], statuses[containers[index].name]) }
        guard let record = folder.readRecord(), let known = record.attachment else { return }
        if await host.network.adopt(uid, known) {
            attachment = known
        } else {
            // The network is gone (the machine was restarted): what still runs cannot be reached any more.
            for container in containers where container.isAlive { container.run?.folder.send(.signal(SIGKILL)) }
        }
    }

    private func adopt(_ container: inout ContainerRecord, _ status: ContainerStatusView?) {
        let runs = folder.runs(of: container.name)
        guard let number = runs.last else { return }
        var run = existingRun(container.name, number)
        if number > 0, let previous = runs.dropLast().last {
            container.last = Termination(existingRun(container.name, previous))
        }
        run.isAnnounced = true
        if run.state == .starting, !run.folder.hasLiveShim { run.isAnnounced = false }
        container.run = run
        // Traffic does not stop because the server was restarted: what was ready stays so until a probe says no.
        let isSame = status?.json["containerID"]?.string == "slipway://\(run.id)"
        container.imageID = status?.imageID ?? ""
        container.hasStarted = isSame && status?.hasStarted ?? false
        container.isReady = isSame && status?.isReady ?? false
    }

    private func existingRun(_ name: String, _ number: Int) -> ContainerRecord.Run {
        let container = folder.container(name, run: number)
        let specification = try? container.readSpecification()
        var run = ContainerRecord.Run(
            number: number,
            id: specification?.containerID ?? "",
            folder: container,
            state: container.readStatus()?.state ?? .starting
        )
        run.stopSignal = specification?.stopSignal ?? SIGTERM
        run.message = TerminationMessage.read(container)
        return run
    }
}

/// The last words of a container (`terminationMessagePath`).
enum TerminationMessage {
    /// The kubelet's limit.
    private static let limit = 4096

    static func read(_ folder: ContainerFolder) -> String {
        guard let file = try? FileHandle(forReadingFrom: folder.terminationMessage) else { return "" }
        defer { try? file.close() }
        return String(decoding: (try? file.read(upToCount: limit)) ?? Data(), as: UTF8.self)
    }

    /// The end of the log, for containers that ask for it (`FallbackToLogsOnError`): 2048 bytes or 80 lines.
    static func fromLog(_ path: String) -> String {
        let lines = LogTail.last(80, of: path).map { String(decoding: $0.text, as: UTF8.self) }
        return String(lines.joined(separator: "\n").suffix(2048))
    }
}
