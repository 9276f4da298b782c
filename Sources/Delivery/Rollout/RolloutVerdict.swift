import Foundation

/// The judge's answer at some moment.
package enum RolloutVerdict: Sendable, Hashable {
    case progressing
    case succeeded(RolloutSuccess)
    case failed(RolloutFailure)

    package var isFinal: Bool { self != .progressing }
}

package struct RolloutSuccess: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable {
        /// New pods run the new template.
        case rolledOut
        /// The pod template did not change: only the number of pods did, or nothing.
        case notARollout
        /// `replicas: 0`: the new template is in place and no pod runs it.
        case nothingToRun
    }

    package var kind: Kind
    package var replicaSet: String
    package var podTemplateHash: String
    /// The Deployment's revision, which `kubectl rollout history` shows.
    package var revision: Int
    package var pods: [String]
}

/// Why a rollout cannot succeed, with what shows it.
package struct RolloutFailure: Sendable, Hashable, Codable {
    package enum Reason: String, Sendable, Hashable, Codable {
        case invalidImageName = "InvalidImageName"
        case imageNeverPull = "ErrImageNeverPull"
        case imageNotFound = "ImageNotFound"
        case imageAccessDenied = "ImageAccessDenied"
        case configMissing = "CreateContainerConfigError"
        case crashLoop = "CrashLoop"
        case unschedulable = "Unschedulable"
        case podsRefused = "FailedCreate"
        case notReadyInTime = "NotReadyInTime"
        case progressDeadline = "ProgressDeadlineExceeded"
        case timedOut = "TimedOut"
        case paused = "Paused"
        case deleted = "Deleted"
        case superseded = "Superseded"
    }

    package var reason: Reason
    /// One sentence: what cannot get better, and where.
    package var message: String
    package var pod: String?
    package var container: String?
    /// Events that matter, newest last, repeats counted.
    package var events: [String] = []

    package init(_ reason: Reason, _ message: String, pod: String? = nil, container: String? = nil) {
        self.reason = reason
        self.message = message
        self.pod = pod
        self.container = container
    }
}

/// How far a rollout is, in numbers and words.
package struct RolloutProgress: Sendable, Hashable {
    package var desired = 0
    package var updated = 0
    package var available = 0
    /// Pods of other revisions that still run.
    package var old = 0
    /// What is being waited for.
    package var waitingFor = ""
    /// The pods of the new revision, by name.
    package var pods: [PodReport] = []

    /// `1 of 2 new pods available, 1 old left; waiting for 1 old pod to end`
    package var summary: String {
        let left = old == 0 ? "" : ", \(old) old left"
        return "\(available) of \(desired) new pods available\(left)"
            + (waitingFor.isEmpty ? "" : "; waiting for \(waitingFor)")
    }
}

/// One pod of the new revision.
package struct PodReport: Sendable, Hashable {
    package enum State: String, Sendable, Hashable {
        case waiting, starting, ready, failing
    }

    package var name: String
    package var state: State
    /// The reason in words for a pod that is not ready: `not ready: HTTP probe failed with statuscode: 503`.
    package var text: String
    package var restarts: Int
}
