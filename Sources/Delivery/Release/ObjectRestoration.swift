import Core
import Kubernetes

/// What is written to make an object what it was.
///
/// Two writes, because a write that changes a field makes its writer the field's owner: first the content, then the
/// record of who owns what. Without the second, a later server-side apply would find fields that Slipway had applied
/// counted to somebody who "updated" them: it would conflict with itself, and never remove them again.
enum ObjectRestoration {
    /// The recorded content, as it may be written over the present object.
    static func content(
        of before: KubernetesObject,
        over live: KubernetesObject,
        ignoringReplicas: Bool
    ) -> KubernetesObject {
        var object = before
        object.resourceVersion = live.resourceVersion
        object["metadata", "generation"] = live["metadata", "generation"]
        object["metadata", "managedFields"] = nil
        // The revision is the controller's count: it goes on, it does not go back.
        object["metadata", "annotations", AnnotationName.revision] =
            live["metadata", "annotations", AnnotationName.revision]
        if ignoringReplicas { object["spec", "replicas"] = live["spec", "replicas"] }
        object.status = live.status
        return object
    }

    /// The present object with the recorded owners of its fields; those of its status are the controllers' business.
    static func owners(of before: KubernetesObject, over live: KubernetesObject) -> KubernetesObject {
        var object = live
        let kept = entries(of: live).filter(isOfStatus)
        object["metadata", "managedFields"] = .array(entries(of: before).filter { !isOfStatus($0) } + kept)
        return object
    }

    static func hasSameOwners(_ live: KubernetesObject, _ before: KubernetesObject) -> Bool {
        func owners(_ object: KubernetesObject) -> Set<JSON> {
            Set(
                entries(of: object).filter { !isOfStatus($0) }.map { entry in
                    var entry = entry
                    entry["time"] = nil
                    return entry
                }
            )
        }
        // A record without the list cannot be compared, and there is nothing to restore then.
        return entries(of: before).isEmpty || owners(live) == owners(before)
    }

    private static func entries(of object: KubernetesObject) -> [JSON] {
        object["metadata", "managedFields"]?.array ?? []
    }

    private static func isOfStatus(_ entry: JSON) -> Bool { entry["subresource"]?.string == "status" }
}
