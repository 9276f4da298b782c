import Core
import Foundation
import Kubernetes

/// Keeps `metadata.managedFields` true: who set which field, who may not change it by applying, and what an applier
/// no longer states is removed (server-side apply, `k8s.io/apimachinery/pkg/util/managedfields`).
struct FieldOwnership: Sendable {
    let type: TypedOperations
    let shape: Shape
    let now: Date

    init(catalogue: SchemaCatalogue, schema: String, now: Date) {
        type = TypedOperations(catalogue: catalogue)
        shape = .structure(schema)
        self.now = now
    }

    /// What the server itself writes; nobody owns it.
    private static let unowned = FieldSet(
        paths: [
            [.field("apiVersion")], [.field("kind")], [.field("metadata"), .field("name")],
            [.field("metadata"), .field("namespace")], [.field("metadata"), .field("creationTimestamp")],
            [.field("metadata"), .field("selfLink")], [.field("metadata"), .field("uid")],
            [.field("metadata"), .field("generation")], [.field("metadata"), .field("managedFields")],
            [.field("metadata"), .field("resourceVersion")], [.field("metadata"), .field("deletionTimestamp")],
            [.field("metadata"), .field("deletionGracePeriodSeconds")],
        ]
    )

    /// An object without what nobody owns.
    private func owned(_ object: JSON) -> JSON { type.remove(Self.unowned, from: object, shape) ?? .object([:]) }

    // MARK: Update

    /// After a create (without `old`), update or patch: the writer owns what it changed, and others no longer do.
    func update(_ managed: ManagedFields, from old: JSON?, to new: JSON, by manager: FieldManager) -> ManagedFields {
        let difference = type.difference(from: owned(old ?? .object([:])), to: owned(new), shape)
        guard !difference.isEmpty else { return managed }
        let changed = difference.added.union(difference.modified)
        var result = managed
        result.mapFields { _, fields in fields.subtracting(changed).subtracting(difference.removed) }
        if !changed.isEmpty {
            let previous = result[manager]?.fields ?? FieldSet()
            result[manager] = ManagedFields.Entry(
                manager: manager,
                fields: previous.union(changed),
                time: KubernetesTime.text(now)
            )
        }
        result.limit()
        return result
    }

    // MARK: Apply

    /// Merges what a manager applies into the live object, which is `{}` with no managers where there is none yet.
    /// With `force` it takes over fields of others instead of failing.
    ///
    /// - Throws: `KubernetesStatusError` (conflict) naming each field and its manager.
    func apply(
        _ config: JSON,
        to live: JSON,
        _ managed: ManagedFields,
        by manager: FieldManager,
        force: Bool
    ) throws(KubernetesStatusError) -> (object: JSON, managed: ManagedFields) {
        let stated = type.fields(of: owned(config), shape)
        let last = managed[manager]?.fields
        var result = managed
        result[manager] = ManagedFields.Entry(manager: manager, fields: stated, time: KubernetesTime.text(now))
        let merged = type.merge(live, config, shape)
        let object = prune(merged, last: last, managed: result)

        let difference = type.difference(from: owned(live), to: owned(object), shape)
        let changed = difference.added.union(difference.modified)
        let conflicts = result.entries.values
            .filter { $0.manager.identity != manager.identity }
            .map { ($0.manager, $0.fields.intersection(changed)) }
            .filter { !$0.1.isEmpty }
        if !force, !conflicts.isEmpty { throw Self.conflict(conflicts) }
        result.mapFields { identity, fields in
            identity == manager.identity ? fields : fields.subtracting(changed).subtracting(difference.removed)
        }
        if difference.isEmpty, last == stated, let previous = managed[manager] { result[manager] = previous }
        return (object, result)
    }

    /// Removes what the manager applied before, applies no longer, and nobody else owns.
    private func prune(_ merged: JSON, last: FieldSet?, managed: ManagedFields) -> JSON {
        guard let last, !last.isEmpty else { return merged }
        func complete(_ set: FieldSet) -> FieldSet { set.withNamedFieldsAsMembers(type.catalogue, shape) }
        let all = complete(type.fields(of: merged, shape))
        let ownedByAny = complete(managed.entries.values.reduce(FieldSet()) { $0.union($1.fields) })
        var pruned = type.remove(complete(last), from: merged, shape) ?? .object([:])
        let remaining = complete(type.fields(of: pruned, shape))
        pruned = type.remove(all.subtracting(remaining).subtracting(ownedByAny), from: merged, shape) ?? .object([:])
        let kept = complete(type.fields(of: pruned, shape))
        let gone = all.subtracting(kept).intersection(complete(last))
        return type.remove(gone, from: merged, shape) ?? .object([:])
    }

    private static func conflict(_ conflicts: [(FieldManager, FieldSet)]) -> KubernetesStatusError {
        let causes =
            conflicts
            .flatMap { manager, fields in
                fields.paths.map { (manager: manager.description, path: FieldSet.text(of: $0)) }
            }
            .sorted { ($0.manager, $0.path) < ($1.manager, $1.path) }
        var message = "Apply failed with \(causes.count) conflict"
        if let only = causes.first, causes.count == 1 {
            message += ": conflict with \(only.manager): \(only.path)"
        } else {
            var lines: [String] = []
            for manager in Set(causes.map(\.manager)).sorted() {
                lines.append("conflicts with \(manager):")
                lines += causes.filter { $0.manager == manager }.map { "- \($0.path)" }
            }
            message += "s: " + lines.joined(separator: "\n")
        }
        return KubernetesStatusError(
            409,
            .conflict,
            message,
            details: .init(
                causes: causes.map {
                    .init(reason: "FieldManagerConflict", message: "conflict with \($0.manager)", field: $0.path)
                }
            )
        )
    }
}
