import Core
import Images
import Kubernetes

/// What somebody wants an object to be, as opposed to what servers and controllers add: for telling whether an object
/// was changed by anybody.
enum ObjectIntent {
    /// The object's intent as a value. With `replicas` false, `spec.replicas` does not count: an autoscaler's changes of
    /// it are nobody's intent.
    static func value(of object: KubernetesObject, replicas: Bool = true) -> JSON {
        var copy = object.applicable
        for name in [DeliveryName.release, AnnotationName.changeCause] { copy["metadata", "annotations", name] = nil }
        // The volume binder fills this in.
        if copy.kind == "PersistentVolumeClaim" { copy["spec", "volumeName"] = nil }
        if !replicas { copy["spec", "replicas"] = nil }
        return pruned(copy.json) ?? .object([:])
    }

    /// The intent's fingerprint: equal for equal intent.
    static func fingerprint(of object: KubernetesObject, replicas: Bool = true) -> String {
        Digest.of(value(of: object, replicas: replicas).data()).description
    }

    /// Without nulls and empty maps, which mean the same as nothing.
    private static func pruned(_ value: JSON) -> JSON? {
        switch value {
        case .null: return nil
        case .object(let members):
            let kept = members.compactMapValues(pruned)
            return kept.isEmpty ? nil : .object(kept)
        case .array(let elements): return .array(elements.map { pruned($0) ?? .object([:]) })
        default: return value
        }
    }
}
