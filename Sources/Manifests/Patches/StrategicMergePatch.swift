import Core
import Kubernetes

/// Kubernetes' own patch format: objects merge, and so do lists whose elements have a key.
///
/// Rules: `k8s.io/apimachinery/pkg/util/strategicpatch`, and kustomize's merge where they differ.
package enum StrategicMergePatch {
    package enum Dialect: Sendable {
        /// As the API server and `kubectl patch` do.
        case api
        /// As kustomize does: list elements are known by all of server-side apply's keys, new ones come first,
        /// `$patch: merge` may be said, and an element may be deleted by any of its keys.
        case kustomize
    }

    /// - Throws: `PatchError` for an unknown directive, an element without its key, or an order that contradicts itself.
    package static func apply(
        _ patch: JSON,
        to target: JSON,
        schema: MergeSchema,
        dialect: Dialect = .api
    ) throws(PatchError) -> JSON {
        guard let changes = patch.object else { throw PatchError(.malformed, "A strategic merge patch is an object") }
        let merger = StrategicMerger(dialect: dialect)
        return .object(try merger.merge(changes, into: target.object ?? [:], schema: schema, path: ""))
    }

    /// Patches an object by the rules of its own kind.
    package static func apply(
        _ patch: JSON,
        to object: KubernetesObject,
        dialect: Dialect = .api
    ) throws(PatchError) -> KubernetesObject {
        let schema = MergeSchema.root(group: object.group, kind: object.kind)
        return KubernetesObject(try apply(patch, to: object.json, schema: schema, dialect: dialect))
    }
}

/// The keys that tell how to merge, beside the values to merge.
enum PatchDirective {
    static let patch = "$patch"
    static let retainKeys = "$retainKeys"
    static let deleteFromPrimitiveList = "$deleteFromPrimitiveList/"
    static let setElementOrder = "$setElementOrder/"

    static func isDirective(_ key: String) -> Bool {
        key == patch || key == retainKeys || key.hasPrefix(deleteFromPrimitiveList) || key.hasPrefix(setElementOrder)
    }
}
