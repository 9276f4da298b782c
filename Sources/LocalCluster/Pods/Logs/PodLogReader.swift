import Core
import Foundation
import Kubernetes
import NIOCore

/// Finds the log that a request means.
struct PodLogReader: Sendable {
    let paths: PodPaths

    /// - Throws: `KubernetesStatusError` 400 for a container that has not run (so often).
    func log(_ request: PodLogRequest) throws(KubernetesStatusError) -> ContainerLog {
        let folder = paths.pod(request.pod.uid ?? "")
        let runs = folder.runs(of: request.container)
        let status = PodView(request.pod).allContainerStatuses.first { $0.name == request.container }
        guard let run = request.previous ? previous(runs, status, folder, request) : runs.last else {
            if request.previous {
                throw .badRequest(
                    "previous terminated container \"\(request.container)\" in pod \"\(request.pod.name)\" not found"
                )
            }
            let initial = PodView(request.pod).initContainers.isEmpty ? "ContainerCreating" : "PodInitializing"
            throw .badRequest(
                "container \"\(request.container)\" in pod \"\(request.pod.name)\" is waiting to start: "
                    + (status?.waitingReason ?? initial)
            )
        }
        let container = folder.container(request.container, run: run)
        return ContainerLog(
            path: folder.log(request.container, run: run).path,
            tailLines: request.tailLines,
            since: request.since,
            timestamps: request.timestamps,
            follow: request.follow && !request.previous,
            // Without a status the folder is gone, or the container is about to start.
            hasEnded: { container.readStatus()?.isFinal ?? !FileManager.default.fileExists(atPath: container.url.path) }
        )
    }

    /// The run that `lastState` tells of; a container that waits to be restarted has no present life.
    private func previous(
        _ runs: [Int],
        _ status: ContainerStatusView?,
        _ folder: PodFolder,
        _ request: PodLogRequest
    ) -> Int? {
        if let id = status?.json[path: "lastState", "terminated", "containerID"]?.string?.split(separator: "/").last {
            let told = runs.last {
                (try? folder.container(request.container, run: $0).readSpecification())?.containerID == String(id)
            }
            if let told { return told }
        }
        return runs.dropLast().last
    }
}
