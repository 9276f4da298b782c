import Foundation
import Kubernetes

/// What was seen of one pod so far that its present status no longer tells.
struct PodHistory: Sendable {
    /// On the observer's clock, so that no cluster's clock is trusted.
    private(set) var runningSince: [String: TimeInterval] = [:]
    /// By container: exit codes by the number of the start that ended with it.
    private(set) var exits: [String: [Int: Int]] = [:]
    /// How often a pull failed with ErrImagePull, by container.
    private(set) var pullFailures: [String: Int] = [:]
    private var restarts: [String: Int] = [:]
    private var lastWaiting: [String: String] = [:]

    mutating func see(_ pod: PodView, at time: TimeInterval) {
        for status in pod.allContainerStatuses {
            let name = status.name
            if restarts[name] != status.restartCount { runningSince[name] = nil }
            restarts[name] = status.restartCount
            if case .running = status.state {
                runningSince[name] = runningSince[name] ?? time
            } else {
                runningSince[name] = nil
            }
            seeExits(status)
            let waiting = status.waitingReason
            if waiting == "ErrImagePull", lastWaiting[name] != "ErrImagePull" { pullFailures[name, default: 0] += 1 }
            lastWaiting[name] = waiting
        }
    }

    /// `restartCount` restarts mean that start number `restartCount + 1` is the present one. While it runs, `lastState`
    /// tells of the start before it; while the container waits to be restarted, `lastState` is the present one's end.
    private mutating func seeExits(_ status: ContainerStatusView) {
        let present = status.restartCount + 1
        if let termination = status.termination {
            exits[status.name, default: [:]][present] = termination.exitCode
            if let last = status.lastTermination { exits[status.name, default: [:]][present - 1] = last.exitCode }
        } else if let last = status.lastTermination {
            let ended = if case .running = status.state { present - 1 } else { present }
            exits[status.name, default: [:]][ended] = last.exitCode
        }
    }

    /// The code that the container has exited with at every start seen, and how many starts have ended; nil while
    /// codes differ or nothing has ended.
    func repeatedExit(of container: String) -> (code: Int, starts: Int)? {
        guard let codes = exits[container], let starts = codes.keys.max(), let code = codes[starts],
            codes.values.allSatisfy({ $0 == code })
        else { return nil }
        return (code, starts)
    }
}
