import Core
import Foundation
import Kubernetes

extension ObjectStore {
    /// Server-side apply: makes the object have what `config` states, owned by the manager; what the manager stated
    /// before and no longer states goes, unless somebody else owns it.
    /// `config` holds only the fields that the manager has an opinion about; `force` takes over those that others own.
    ///
    /// - Throws: `KubernetesStatusError`: 409 naming each field that another manager owns.
    package func apply(
        _ config: KubernetesObject,
        subresource: Subresource? = nil,
        force: Bool = false,
        options: WriteOptions
    ) throws -> (object: KubernetesObject, isNew: Bool) {
        let definition = try definition(of: config)
        if let list = config["metadata", "managedFields"]?.array, !list.isEmpty {
            throw KubernetesStatusError.badRequest("metadata.managedFields must be nil")
        }
        let ownership = FieldOwnership(catalogue: catalogue, schema: definition.schema, now: configuration.now())
        let manager = FieldManager(
            name: options.manager.value,
            operation: .apply,
            apiVersion: config.apiVersion,
            subresource: subresource?.rawValue
        )
        guard let old = view.get(definition.type, namespace: config.namespace, name: config.name) else {
            guard subresource == nil else { throw KubernetesStatusError.notFound(definition.type, config.name) }
            return (try createByApplying(config, definition, manager, ownership, options), true)
        }
        try checkApplied(config, old, definition.type)
        var managed = ManagedFields(old["metadata", "managedFields"]) ?? ManagedFields()
        if managed.isEmpty {
            // An object of unknown origin: everything in it was there before.
            let before = FieldManager(
                name: "before-first-apply",
                operation: .update,
                apiVersion: old.apiVersion,
                subresource: nil
            )
            managed = ownership.update(managed, from: nil, to: old.json, by: before)
        }
        let applied = try ownership.apply(config.json, to: old.json, managed, by: manager, force: force)
        var new = complete(KubernetesObject(applied.object), over: old, definition, subresource)
        new["metadata", "managedFields"] = applied.managed.json
        return (try finishWrite(new, over: old, definition, subresource, options), false)
    }

    private func createByApplying(
        _ config: KubernetesObject,
        _ definition: ResourceDefinition,
        _ manager: FieldManager,
        _ ownership: FieldOwnership,
        _ options: WriteOptions
    ) throws -> KubernetesObject {
        if let uid = config.uid, !uid.isEmpty {
            throw KubernetesStatusError.conflict(
                definition.type,
                config.name,
                "uid mismatch: the provided object specified uid \(uid), and no existing object was found"
            )
        }
        let applied = try ownership.apply(config.json, to: .object([:]), ManagedFields(), by: manager, force: false)
        let prepared = try prepareForCreate(KubernetesObject(applied.object), definition, options) { _, _, _, _ in
            applied.managed
        }
        return try storeNew(prepared, definition, options)
    }

    private func checkApplied(
        _ config: KubernetesObject,
        _ old: KubernetesObject,
        _ type: ResourceType
    ) throws(KubernetesStatusError) {
        if let uid = config.uid, !uid.isEmpty, uid != old.uid {
            throw .conflict(
                type,
                config.name,
                "Precondition failed: UID in precondition: \(uid), UID in object meta: \(old.uid ?? "")"
            )
        }
        if let version = config.resourceVersion, !version.isEmpty, version != old.resourceVersion {
            throw .conflict(type, config.name)
        }
    }
}
