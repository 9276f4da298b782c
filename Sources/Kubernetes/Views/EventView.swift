import Core
import Foundation

/// An Event of the core API: something worth telling happened to an object, perhaps several times.
package struct EventView: Sendable, Hashable {
    package let object: KubernetesObject

    package init(_ object: KubernetesObject) { self.object = object }

    package var type: String { object["type"]?.string ?? "Normal" }
    package var isWarning: Bool { type == "Warning" }
    package var reason: String { object["reason"]?.string ?? "" }
    package var message: String { object["message"]?.string ?? "" }
    package var involvedKind: String { object["involvedObject", "kind"]?.string ?? "" }
    package var involvedName: String { object["involvedObject", "name"]?.string ?? "" }
    package var involvedUID: String { object["involvedObject", "uid"]?.string ?? "" }
    package var component: String {
        let source = object["source", "component"]?.string ?? ""
        return source.isEmpty ? object["reportingComponent"]?.string ?? "" : source
    }
    package var count: Int { object["series", "count"]?.int ?? object["count"]?.int ?? 1 }
    package var firstSeen: Date? { time("firstTimestamp") ?? time("eventTime") ?? object.creationTimestamp }
    /// The last time it happened: a repeated Event keeps its place in a list, so sort by this.
    package var lastSeen: Date? {
        KubernetesTime.parse(object["series", "lastObservedTime"]?.string) ?? time("lastTimestamp") ?? firstSeen
    }

    private func time(_ field: String) -> Date? { KubernetesTime.parse(object[field]?.string) }
}
