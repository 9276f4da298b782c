import Core
import Foundation
import Kubernetes

/// How serious an event is.
package enum EventType: String, Sendable { case normal = "Normal", warning = "Warning" }

/// Who reports an event.
package struct EventSource: Sendable, Hashable {
    package let component: String
    package let host: String

    package init(_ component: String, host: String = "") {
        self.component = component
        self.host = host
    }
}

extension ObjectStore {
    /// Events older than this are removed.
    private static let eventLifetime: TimeInterval = 3_600

    /// Records that something happened to an object. The same thing again only counts up.
    ///
    /// Events are told to whom it may concern: where one cannot be stored (the namespace is going away) there is none.
    /// `fieldPath` is the part of the object, such as `spec.containers{api-server}`.
    @discardableResult
    package func recordEvent(
        about object: KubernetesObject,
        reason: String,
        message: String,
        type: EventType = .normal,
        source: EventSource,
        fieldPath: String? = nil
    ) -> KubernetesObject? {
        let now = configuration.now()
        let identity = "\(object.kind)/\(object.namespace ?? "")/\(object.name)/\(object.uid ?? "")/\(fieldPath ?? "")"
        let own = EventAggregator.Key(
            component: "\(source.component)/\(source.host)",
            object: identity,
            type: type.rawValue,
            reason: reason,
            message: message
        )
        let (key, text) = events.place(own, message: message, at: now)
        if let known = events[key], let stored = view.get(.event, namespace: known.namespace, name: known.name) {
            events[key]?.last = now
            return try? repeated(stored, message: text, at: now, source)
        }
        let event = newEvent(about: object, reason, text, type, source, fieldPath, at: now)
        guard let stored = try? create(event, options: WriteOptions(manager: ManagerName(source.component))) else {
            return nil
        }
        events[key] = EventAggregator.Known(name: stored.name, namespace: stored.namespace ?? "", last: now)
        events.trim()
        removeOldEvents(before: now.addingTimeInterval(-Self.eventLifetime))
        return stored
    }

    private func repeated(_ event: KubernetesObject, message: String, at now: Date, _ source: EventSource) throws
        -> KubernetesObject
    {
        let options = WriteOptions(manager: ManagerName(source.component))
        return try modify(.event, namespace: event.namespace, name: event.name, options: options) { event in
            event["count"] = .int(Int64((event["count"]?.int ?? 1) + 1))
            event["lastTimestamp"] = .string(KubernetesTime.text(now))
            event["message"] = .string(message)
        }
    }

    private func newEvent(
        about object: KubernetesObject,
        _ reason: String,
        _ message: String,
        _ type: EventType,
        _ source: EventSource,
        _ fieldPath: String?,
        at now: Date
    ) -> KubernetesObject {
        let time = JSON.string(KubernetesTime.text(now))
        var involved: JSON = [
            "kind": .string(object.kind), "apiVersion": .string(object.apiVersion), "name": .string(object.name),
        ]
        involved["namespace"] = object.namespace.map(JSON.string)
        involved["uid"] = object.uid.map(JSON.string)
        involved["resourceVersion"] = object.resourceVersion.map(JSON.string)
        involved["fieldPath"] = fieldPath.map(JSON.string)
        var from: JSON = ["component": .string(source.component)]
        if !source.host.isEmpty { from["host"] = .string(source.host) }
        let nanoseconds = UInt64(max(0, now.timeIntervalSince1970 * 1_000_000_000))
        // Two events of one object in one instant still have different names.
        let suffix = String(nanoseconds &+ UInt64(version), radix: 16)
        return KubernetesObject(
            .event,
            // Objects without a namespace report to `default`, as in Kubernetes.
            namespace: object.namespace ?? "default",
            name: "\(object.name).\(suffix)",
            content: [
                "involvedObject": involved, "reason": .string(reason), "message": .string(message), "source": from,
                "firstTimestamp": time, "lastTimestamp": time, "count": 1, "type": .string(type.rawValue),
                "reportingComponent": .string(source.component), "reportingInstance": .string(source.host),
            ]
        )
    }

    /// Looks at few events, often: the oldest are first in the order of creation, but repeated ones may be young.
    private func removeOldEvents(before limit: Date) {
        guard version % 100 == 0 else { return }
        for event in view.list(.event) where EventView(event).lastSeen ?? .distantFuture < limit {
            _ = try? delete(.event, namespace: event.namespace, name: event.name)
        }
    }
}
