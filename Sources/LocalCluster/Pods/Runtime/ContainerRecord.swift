import Foundation
import Kubernetes

/// What the runtime knows about one container of a pod.
struct ContainerRecord: Sendable {
    enum Kind: Sendable, Hashable { case initial, sidecar, main }

    enum ImageState: Sendable {
        case unknown
        case fetching
        case ready(ReadyImage)
        case failed(ImageProblem, since: Date)
    }

    struct Waiting: Sendable, Hashable {
        let reason: String
        var message = ""
    }

    /// One life of the container.
    struct Run: Sendable {
        let number: Int
        let id: String
        let folder: ContainerFolder
        var state: ShimStatus.State
        var launchedAt = Date()
        var stopSignal = SIGTERM
        /// Whether its start has been told to the world.
        var isAnnounced = false
        /// When it was asked to end, and when it will be made to.
        var stop: Stop?
        /// Why it never ran, as a message.
        var message = ""
    }

    struct Stop: Sendable {
        let killAt: Date
        var isKilled = false
    }

    let view: ContainerView
    let kind: Kind
    var image = ImageState.unknown
    var imageBackOff = BackOff()
    var run: Run?
    /// How the life before the present one ended.
    var last: Termination?
    var restartBackOff = BackOff()
    /// Why it does not run; nil while it is being made.
    var waiting: Waiting?
    var retryAt: Date?
    /// The startup probe has succeeded, or there is none.
    var hasStarted = false
    var isReady = false
    var imageID = ""

    var name: String { view.name }
    var restartCount: Int { run?.number ?? 0 }

    var isRunning: Bool {
        if case .running = run?.state { true } else { false }
    }

    /// Being started, or running.
    var isAlive: Bool {
        switch run?.state {
        case .starting, .running: true
        default: false
        }
    }

    var termination: Termination? { run.flatMap { Termination($0) } }

    /// `spec.containers{api-server}`: what an event is about.
    var fieldPath: String { "spec.\(kind == .main ? "containers" : "initContainers"){\(name)}" }
}

/// How a life of a container ended.
struct Termination: Sendable, Hashable {
    var exitCode: Int32
    var reason: String
    var message = ""
    var startedAt: Date?
    var finishedAt: Date?
    var containerID: String

    /// Nil for a run that has not ended.
    init?(_ run: ContainerRecord.Run) {
        containerID = run.id
        message = run.message
        switch run.state {
        case .starting, .running: return nil
        case .exited(let exit):
            exitCode = exit.code
            reason = exit.wasOutOfMemory ? "OOMKilled" : exit.code == 0 ? "Completed" : "Error"
            startedAt = exit.startedAt
            finishedAt = exit.finishedAt
        case .failed(let text, let date):
            // containerd's number and reason for a container that could not be started.
            exitCode = 128
            reason = "StartError"
            message = text
            startedAt = Date(timeIntervalSince1970: 0)
            finishedAt = date
        }
    }
}
