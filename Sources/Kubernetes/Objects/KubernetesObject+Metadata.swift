import Core
import Foundation

extension KubernetesObject {
    package var metadata: JSON {
        get { json["metadata"] ?? .object([:]) }
        set { json["metadata"] = newValue }
    }

    /// Empty where the object has none (yet).
    package var name: String {
        get { self["metadata", "name"]?.string ?? "" }
        set { self["metadata", "name"] = .string(newValue) }
    }

    /// The prefix the server makes a name from; nil where there is none.
    package var generateName: String? {
        get { self["metadata", "generateName"]?.string }
        set { self["metadata", "generateName"] = newValue.map(JSON.string) }
    }

    package var namespace: String? {
        get { self["metadata", "namespace"]?.string }
        set { self["metadata", "namespace"] = newValue.map(JSON.string) }
    }

    /// Identifies this life of the object; a deleted and created one has another.
    package var uid: String? {
        get { self["metadata", "uid"]?.string }
        set { self["metadata", "uid"] = newValue.map(JSON.string) }
    }

    /// An opaque token of the state read, for optimistic concurrency and watches.
    package var resourceVersion: String? {
        get { self["metadata", "resourceVersion"]?.string }
        set { self["metadata", "resourceVersion"] = newValue.map(JSON.string) }
    }

    /// Counts the changes of the desired state.
    package var generation: Int {
        get { self["metadata", "generation"]?.int ?? 0 }
        set { self["metadata", "generation"] = .int(Int64(newValue)) }
    }

    package var labels: [String: String] {
        get { Self.strings(self["metadata", "labels"]) }
        set { self["metadata", "labels"] = .object(newValue.mapValues(JSON.string)) }
    }

    package var annotations: [String: String] {
        get { Self.strings(self["metadata", "annotations"]) }
        set { self["metadata", "annotations"] = .object(newValue.mapValues(JSON.string)) }
    }

    package var finalizers: [String] {
        get { self["metadata", "finalizers"]?.array?.compactMap(\.string) ?? [] }
        set { self["metadata", "finalizers"] = newValue.isEmpty ? nil : .array(newValue.map(JSON.string)) }
    }

    package var creationTimestamp: Date? {
        get { KubernetesTime.parse(self["metadata", "creationTimestamp"]?.string) }
        set { self["metadata", "creationTimestamp"] = newValue.map { .string(KubernetesTime.text($0)) } }
    }

    /// When the object is to be gone; set means that it is being deleted.
    package var deletionTimestamp: Date? {
        get { KubernetesTime.parse(self["metadata", "deletionTimestamp"]?.string) }
        set { self["metadata", "deletionTimestamp"] = newValue.map { .string(KubernetesTime.text($0)) } }
    }

    /// Seconds between the request to delete and `deletionTimestamp`.
    package var deletionGracePeriodSeconds: Int? {
        get { self["metadata", "deletionGracePeriodSeconds"]?.int }
        set { self["metadata", "deletionGracePeriodSeconds"] = newValue.map { .int(Int64($0)) } }
    }

    package var isBeingDeleted: Bool { self["metadata", "deletionTimestamp"]?.string != nil }

    package var ownerReferences: [OwnerReference] {
        get { self["metadata", "ownerReferences"]?.array?.map(OwnerReference.init) ?? [] }
        set { self["metadata", "ownerReferences"] = newValue.isEmpty ? nil : .array(newValue.map(\.json)) }
    }

    /// The owner that manages this object; at most one reference says so.
    package var controller: OwnerReference? { ownerReferences.first(where: \.isController) }

    private static func strings(_ value: JSON?) -> [String: String] {
        (value?.object ?? [:]).compactMapValues(\.string)
    }
}
