import Core
import Foundation

/// What the kubelet says about one container of a pod.
package struct ContainerStatusView: Sendable, Hashable {
    package enum State: Sendable, Hashable {
        case waiting(reason: String, message: String)
        case running(startedAt: Date?)
        case terminated(Termination)
    }

    package struct Termination: Sendable, Hashable {
        package let exitCode: Int
        /// The signal that ended it; nil where it exited by itself.
        package let signal: Int?
        /// `Completed`, `Error`, `OOMKilled`…
        package let reason: String
        package let message: String
        package let startedAt: Date?
        package let finishedAt: Date?
    }

    package let json: JSON

    package init(_ json: JSON) { self.json = json }

    package var name: String { json["name"]?.string ?? "" }
    package var image: String { json["image"]?.string ?? "" }
    /// What was really run, by digest where the runtime knows it.
    package var imageID: String { json["imageID"]?.string ?? "" }
    package var isReady: Bool { json["ready"]?.bool ?? false }
    package var hasStarted: Bool { json["started"]?.bool ?? false }
    package var restartCount: Int { json["restartCount"]?.int ?? 0 }

    /// A container nobody has reported on yet is waiting.
    package var state: State { Self.state(json["state"]) ?? .waiting(reason: "", message: "") }
    /// How it ended the last time; nil where it never did.
    package var lastTermination: Termination? {
        if case .terminated(let termination) = Self.state(json["lastState"]) { termination } else { nil }
    }

    package var waitingReason: String? {
        if case .waiting(let reason, _) = state, !reason.isEmpty { reason } else { nil }
    }

    package var termination: Termination? {
        if case .terminated(let termination) = state { termination } else { nil }
    }

    private static func state(_ json: JSON?) -> State? {
        if let waiting = json?["waiting"] {
            return .waiting(reason: waiting["reason"]?.string ?? "", message: waiting["message"]?.string ?? "")
        }
        if let running = json?["running"] {
            return .running(startedAt: KubernetesTime.parse(running["startedAt"]?.string))
        }
        guard let ended = json?["terminated"] else { return nil }
        return .terminated(
            Termination(
                exitCode: ended["exitCode"]?.int ?? 0,
                signal: ended["signal"]?.int,
                reason: ended["reason"]?.string ?? "",
                message: ended["message"]?.string ?? "",
                startedAt: KubernetesTime.parse(ended["startedAt"]?.string),
                finishedAt: KubernetesTime.parse(ended["finishedAt"]?.string)
            )
        )
    }
}
