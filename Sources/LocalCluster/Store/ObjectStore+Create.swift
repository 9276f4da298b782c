import Core
import Foundation
import Kubernetes

extension ObjectStore {
    /// Stores a new object, completed with defaults, name and identity.
    ///
    /// - Throws: `KubernetesStatusError`: 404 for a namespace that does not exist, 409 for a name that does, 422 with
    ///   every rule that is broken, 403 when admission refuses.
    @discardableResult
    package func create(_ object: KubernetesObject, options: WriteOptions = WriteOptions()) throws -> KubernetesObject {
        let definition = try definition(of: object)
        let prepared = try prepareForCreate(object, definition, options) { managed, object, manager, ownership in
            ownership.update(managed, from: nil, to: object, by: manager)
        }
        return try store(prepared, definition, options)
    }

    /// Completes and checks a new object; `own` gives its managed fields.
    func prepareForCreate(
        _ object: KubernetesObject,
        _ definition: ResourceDefinition,
        _ options: WriteOptions,
        own: (ManagedFields, JSON, FieldManager, FieldOwnership) -> ManagedFields
    ) throws(KubernetesStatusError) -> KubernetesObject {
        let type = definition.type
        var object = object
        try checkNamespace(of: object, type)
        if !object.name.isEmpty, view.get(type, namespace: object.namespace, name: object.name) != nil {
            throw .alreadyExists(type, object.name)
        }
        if let version = object.resourceVersion, !version.isEmpty {
            throw .badRequest("resourceVersion should not be set on objects to be created")
        }
        setIdentity(&object, definition)
        definition.strategy.setDefaults(&object)
        let ownership = FieldOwnership(catalogue: catalogue, schema: definition.schema, now: configuration.now())
        let manager = FieldManager(
            name: options.manager.value,
            operation: .update,
            apiVersion: object.apiVersion,
            subresource: nil
        )
        let managed = own(ManagedFields(), object.json, manager, ownership)
        if definition.hasStatus { object.status = .object([:]) }
        definition.strategy.setInitialState(&object)
        try admit(&object, old: nil, .create)
        try validate(object, definition)
        object["metadata", "managedFields"] = managed.json
        return object
    }

    private func store(
        _ object: KubernetesObject,
        _ definition: ResourceDefinition,
        _ options: WriteOptions
    ) throws -> KubernetesObject {
        guard !options.isDryRun else { return object }
        var pending = [Pending(definition: definition, kind: .added, object: object, previous: nil)]
        if definition.type == .namespace { pending += try contents(ofNewNamespace: object.name) }
        return try commit(pending)[0]
    }

    func storeNew(_ object: KubernetesObject, _ definition: ResourceDefinition, _ options: WriteOptions) throws
        -> KubernetesObject
    { try store(object, definition, options) }

    /// Every namespace has a service account `default`, from the moment it exists.
    private func contents(ofNewNamespace name: String) throws(KubernetesStatusError) -> [Pending] {
        let definition = try definition(of: .serviceAccount)
        var account = KubernetesObject(.serviceAccount, namespace: name, name: "default")
        setIdentity(&account, definition)
        return [Pending(definition: definition, kind: .added, object: account, previous: nil)]
    }

    private func checkNamespace(of object: KubernetesObject, _ type: ResourceType) throws(KubernetesStatusError) {
        guard type.isNamespaced else { return }
        guard let name = object.namespace, !name.isEmpty else {
            throw .badRequest("an empty namespace may not be set during creation")
        }
        guard let namespace = view.get(.namespace, name: name) else { throw .notFound(.namespace, name) }
        if namespace.isBeingDeleted {
            var error = KubernetesStatusError.forbidden(
                type,
                object.name,
                "unable to create new content in namespace \(name) because it is being terminated"
            )
            error.details?.causes = [
                .init(
                    reason: "NamespaceTerminating",
                    message: "namespace \(name) is being terminated",
                    field: "metadata.namespace"
                )
            ]
            throw error
        }
    }

    /// What only the server sets: name from prefix, uid, time, generation.
    private func setIdentity(_ object: inout KubernetesObject, _ definition: ResourceDefinition) {
        if object.name.isEmpty, let prefix = object.generateName, !prefix.isEmpty {
            object.name = freeName(prefix, object.namespace, definition.type)
        }
        for field in ["selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields", "generation"] {
            object["metadata", field] = nil
        }
        object["metadata", "resourceVersion"] = nil
        object.uid = UUID().uuidString.lowercased()
        object.creationTimestamp = configuration.now()
        if definition.hasGeneration { object.generation = 1 }
    }

    /// Kubernetes' alphabet: no vowels, so no words; no characters that look like others.
    private static let nameAlphabet = Array("bcdfghjklmnpqrstvwxz2456789")

    private func freeName(_ prefix: String, _ namespace: String?, _ type: ResourceType) -> String {
        // 63 characters: longer prefixes are cut so that the name stays a label.
        let base = String(prefix.prefix(58))
        while true {
            let suffix = (0..<5).map { _ in Self.nameAlphabet[Int.random(in: 0..<Self.nameAlphabet.count)] }
            let name = base + String(suffix)
            if view.get(type, namespace: namespace, name: name) == nil { return name }
        }
    }

    func admit(_ object: inout KubernetesObject, old: KubernetesObject?, _ operation: WriteOperation)
        throws(KubernetesStatusError)
    {
        for plugin in admission { try plugin.admit(&object, old: old, operation, in: view) }
    }

    func validate(
        _ object: KubernetesObject,
        _ definition: ResourceDefinition,
        old: KubernetesObject? = nil
    ) throws(KubernetesStatusError) {
        var errors = FieldErrors()
        let strategy = definition.strategy
        MetadataValidation.validate(
            object,
            name: strategy.nameRule,
            isNamespaced: definition.type.isNamespaced,
            &errors
        )
        strategy.validate(object, &errors)
        if let old { strategy.validateUpdate(object, old, &errors) }
        guard errors.causes.isEmpty else { throw .invalid(definition.type, object.name, errors.causes) }
    }
}
