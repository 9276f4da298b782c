import Core
import Foundation
import Kubernetes

/// The part of an object that a write is about.
package enum Subresource: String, Sendable {
    case status
    /// Only `spec.replicas`, but recorded as written through `scale`.
    case scale
}

extension ObjectStore {
    /// Replaces an object but for its status.
    ///
    /// - Throws: `KubernetesStatusError`: 404; 409 when `resourceVersion` (or `uid`) is set and not the present one;
    ///   422 with every rule that is broken.
    @discardableResult
    package func update(_ object: KubernetesObject, options: WriteOptions = WriteOptions()) throws -> KubernetesObject {
        try replace(object, subresource: nil, options)
    }

    /// Replaces only the status.
    @discardableResult
    package func updateStatus(
        _ object: KubernetesObject,
        options: WriteOptions = WriteOptions()
    ) throws -> KubernetesObject {
        try replace(object, subresource: .status, options)
    }

    /// Reads, changes and writes in one step, so that nothing can come between.
    /// `subresource` is `.status` to change the status, nil for everything else.
    ///
    /// - Throws: `KubernetesStatusError` (404, 422…), or what `change` throws.
    @discardableResult
    package func modify(
        _ type: ResourceType,
        namespace: String? = nil,
        name: String,
        subresource: Subresource? = nil,
        options: WriteOptions = WriteOptions(),
        _ change: @Sendable (inout KubernetesObject) throws -> Void
    ) throws -> KubernetesObject {
        let definition = try definition(of: type)
        let old = try require(type, namespace: namespace, name: name)
        var object = old
        try change(&object)
        try checkIdentity(object, old, type)
        return try write(object, over: old, definition, subresource, options)
    }

    private func replace(
        _ object: KubernetesObject,
        subresource: Subresource?,
        _ options: WriteOptions
    ) throws -> KubernetesObject {
        let definition = try definition(of: object)
        let old = try require(definition.type, namespace: object.namespace, name: object.name)
        try checkIdentity(object, old, definition.type)
        return try write(object, over: old, definition, subresource, options)
    }

    /// Optimistic concurrency: what is stated must be what is there.
    private func checkIdentity(
        _ object: KubernetesObject,
        _ old: KubernetesObject,
        _ type: ResourceType
    ) throws(KubernetesStatusError) {
        if let uid = object.uid, !uid.isEmpty, let stored = old.uid, uid != stored {
            throw .conflict(
                type,
                old.name,
                "Precondition failed: UID in precondition: \(uid), UID in object meta: \(stored)"
            )
        }
        if let stated = object.resourceVersion, !stated.isEmpty, stated != old.resourceVersion {
            throw .conflict(type, old.name)
        }
    }

    /// Writes a new state of an object over the present one; writes nothing where nothing changes.
    private func write(
        _ object: KubernetesObject,
        over old: KubernetesObject,
        _ definition: ResourceDefinition,
        _ subresource: Subresource?,
        _ options: WriteOptions
    ) throws -> KubernetesObject {
        var new = complete(object, over: old, definition, subresource)
        let manager = FieldManager(
            name: options.manager.value,
            operation: .update,
            apiVersion: new.apiVersion,
            subresource: subresource?.rawValue
        )
        let ownership = FieldOwnership(catalogue: catalogue, schema: definition.schema, now: configuration.now())
        let base = managedFields(stated: subresource == nil ? object : old, old)
        new["metadata", "managedFields"] = ownership.update(base, from: old.json, to: new.json, by: manager).json
        return try finishWrite(new, over: old, definition, subresource, options)
    }

    /// What a write through a subresource cannot change is as it was; server-chosen fields are carried over.
    func complete(
        _ object: KubernetesObject,
        over old: KubernetesObject,
        _ definition: ResourceDefinition,
        _ subresource: Subresource?
    ) -> KubernetesObject {
        var new: KubernetesObject
        if subresource == .status {
            new = old
            new.status = object.status
        } else {
            new = object
            if definition.hasStatus { new.status = old.status }
            for path in definition.strategy.carriedOver where new.json[path: path]?.string?.isEmpty ?? true {
                guard new.json[path: path]?.array == nil else { continue }
                new.json[path: path] = old.json[path: path]
            }
            definition.strategy.setDefaults(&new)
        }
        for field in Self.serverMetadata { new["metadata", field] = old["metadata", field] }
        return new
    }

    private static let serverMetadata = [
        "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "name",
        "namespace", "generateName", "selfLink", "resourceVersion",
    ]

    /// A client may edit the list itself; one that does not know it cannot remove it by accident.
    private func managedFields(stated: KubernetesObject, _ old: KubernetesObject) -> ManagedFields {
        let list = stated["metadata", "managedFields"]
        if list?.array == [.object([:])] { return ManagedFields() }
        if let managed = ManagedFields(list), !managed.isEmpty { return managed }
        return ManagedFields(old["metadata", "managedFields"]) ?? ManagedFields()
    }

    /// Admission, rules, generation and the end of objects that waited for their finalizers.
    func finishWrite(
        _ object: KubernetesObject,
        over old: KubernetesObject,
        _ definition: ResourceDefinition,
        _ subresource: Subresource?,
        _ options: WriteOptions
    ) throws -> KubernetesObject {
        var new = object
        if subresource != .status {
            try admit(&new, old: old, .update)
            try validate(new, definition, old: old)
            if definition.hasGeneration, Self.desired(new) != Self.desired(old) { new.generation = old.generation + 1 }
        }
        if old.isBeingDeleted {
            let added = new.finalizers.filter { !old.finalizers.contains($0) }
            if !added.isEmpty {
                var errors = FieldErrors()
                errors.forbidden(
                    "metadata.finalizers",
                    "no new finalizers can be added if the object is being deleted, found new finalizers "
                        + "[\(added.map { "\"\($0)\"" }.joined(separator: ", "))]"
                )
                throw KubernetesStatusError.invalid(definition.type, new.name, errors.causes)
            }
        }
        if Self.withoutTimes(new) == Self.withoutTimes(old) { return old }
        guard !options.isDryRun else { return new }
        let isFinal = old.isBeingDeleted && isReadyToGo(new, definition)
        return try commit([
            Pending(definition: definition, kind: isFinal ? .deleted : .modified, object: new, previous: old)
        ])[0]
    }

    /// Everything that is neither metadata nor status.
    private static func desired(_ object: KubernetesObject) -> JSON {
        var json = object.json
        json["metadata"] = nil
        json["status"] = nil
        return json
    }

    /// A write that changes only when fields were last written changes nothing.
    private static func withoutTimes(_ object: KubernetesObject) -> JSON {
        var json = object.json
        guard let entries = object["metadata", "managedFields"]?.array else { return json }
        json[path: "metadata", "managedFields"] = .array(
            entries.map { entry in
                var entry = entry
                entry["time"] = nil
                return entry
            }
        )
        return json
    }
}
