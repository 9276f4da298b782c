import Foundation
import Kubernetes

/// The warnings of a namespace, by what they are about. Events repeat with counts and expire; both are allowed for.
struct EventLog: Sendable {
    struct Warning: Sendable, Hashable {
        let reason: String
        let message: String
        /// How often it happened since the rollout began.
        var count: Int
        let order: Int
    }

    /// Bounds what a noisy namespace can make us remember.
    private static let limit = 2000

    private var warnings: [String: [String: Warning]] = [:]
    /// How often an event had happened before the rollout began.
    private var before: [String: Int] = [:]
    private var arrivals = 0
    private var size = 0

    mutating func see(_ event: EventView, baseline: Bool) {
        guard event.isWarning, let uid = event.object.uid else { return }
        if baseline {
            before[uid] = event.count
            return
        }
        let count = event.count - (before[uid] ?? 0)
        guard count > 0, size < Self.limit || warnings[event.involvedUID]?[uid] != nil else { return }
        arrivals += 1
        if warnings[event.involvedUID]?[uid] == nil { size += 1 }
        warnings[event.involvedUID, default: [:]][uid] = Warning(
            reason: event.reason,
            message: event.message,
            count: count,
            order: arrivals
        )
    }

    /// The warnings about one object, in the order in which they were last seen.
    func warnings(about uid: String) -> [Warning] {
        (warnings[uid].map { Array($0.values) } ?? []).sorted { $0.order < $1.order }
    }

    /// How often something of this reason happened, over all events that tell of it.
    func count(of reason: String, about uid: String) -> Int {
        warnings(about: uid).filter { $0.reason == reason }.reduce(0) { $0 + $1.count }
    }

    /// The last few warnings in words. Sandboxes without a cluster DNS warn about it at every sync of every pod.
    func evidence(about uids: Set<String>) -> [String] {
        let relevant = uids.flatMap { warnings(about: $0) }.filter { $0.reason != "MissingClusterDNS" }
        return relevant.sorted { $0.order < $1.order }.suffix(8).map { warning in
            "\(warning.reason)\(warning.count > 1 ? " (\(warning.count) times)" : ""): \(warning.message)"
        }
    }
}
