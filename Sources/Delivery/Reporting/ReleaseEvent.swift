import Foundation

/// What a release tells while it runs; how it looks is the reporter's business.
package enum ReleaseEvent: Sendable {
    /// A part begins: `Rolling out`.
    case step(String)
    /// Something worth a line.
    case note(String)
    case warning(String)
    /// Told again and again while it lasts.
    case waiting(String)
    /// What will be written, in order.
    case plan([PlannedWrite])
    case progress(RolloutProgress)
    case check(CheckResult)
    case watching(WatchFigures, of: TimeInterval)
    /// The release changed its state; it is already written to the cluster.
    case state(ReleaseRecord)
}

package protocol ReleaseReporter: Sendable {
    func report(_ event: ReleaseEvent)
}
