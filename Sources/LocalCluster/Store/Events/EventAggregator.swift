import Foundation
import Kubernetes

/// Remembers recent events, so that one that repeats becomes a count, and many alike become one
/// (`client-go/tools/record`).
struct EventAggregator: Sendable {
    /// What tells one event from another.
    struct Key: Sendable, Hashable {
        let component: String
        let object: String
        let type: String
        let reason: String
        /// Nil for a group of similar events.
        let message: String?
    }

    struct Known: Sendable {
        let name: String
        let namespace: String
        var last: Date
    }

    private struct Group: Sendable {
        var messages: Set<String> = []
        var last: Date
    }

    private var known: [Key: Known] = [:]
    private var groups: [Key: Group] = [:]

    /// This many different messages of one kind within the interval are still told apart.
    private static let maximumMessages = 10
    private static let interval: TimeInterval = 600
    private static let capacity = 4_096

    /// The key and the message to record under: the event's own, or that of its group once there are too many.
    mutating func place(_ key: Key, message: String, at now: Date) -> (key: Key, message: String) {
        let groupKey = Key(
            component: key.component,
            object: key.object,
            type: key.type,
            reason: key.reason,
            message: nil
        )
        var group = groups[groupKey] ?? Group(last: now)
        if now.timeIntervalSince(group.last) > Self.interval { group.messages = [] }
        group.last = now
        group.messages.insert(message)
        let isTooMany = group.messages.count > Self.maximumMessages
        // One more than the limit is enough to remember that there were too many.
        if isTooMany { group.messages = Set(group.messages.prefix(Self.maximumMessages + 1)) }
        groups[groupKey] = group
        return isTooMany ? (groupKey, "(combined from similar events): \(message)") : (key, message)
    }

    subscript(_ key: Key) -> Known? {
        get { known[key] }
        set { known[key] = newValue }
    }

    /// Keeps the memory bounded: forgets what is oldest.
    mutating func trim() {
        if known.count > Self.capacity {
            for (key, _) in known.sorted(by: { $0.value.last < $1.value.last }).prefix(Self.capacity / 4) {
                known[key] = nil
            }
        }
        if groups.count > Self.capacity {
            for (key, _) in groups.sorted(by: { $0.value.last < $1.value.last }).prefix(Self.capacity / 4) {
                groups[key] = nil
            }
        }
    }
}
