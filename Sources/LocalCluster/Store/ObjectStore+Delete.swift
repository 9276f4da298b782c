import Core
import Foundation
import Kubernetes

extension ObjectStore {
    /// Deletes an object, or marks it where something still has to happen first: a pod's containers end gracefully,
    /// finalizers are worked off, a namespace is emptied.
    ///
    /// - Throws: `KubernetesStatusError`: 404, or 409 when a precondition does not hold.
    @discardableResult
    package func delete(
        _ type: ResourceType,
        namespace: String? = nil,
        name: String,
        options: DeleteOptions = DeleteOptions()
    ) throws -> Deletion {
        let definition = try definition(of: type)
        let old = try require(type, namespace: namespace, name: name)
        try checkPreconditions(old, type, options)
        var object = old
        try admit(&object, old: old, .delete)
        setFinalizers(&object, options.propagation)
        if let deletion = try deleteGracefully(&object, old, definition, options) { return deletion }
        guard isReadyToGo(object, definition) else {
            mark(&object, definition)
            return .marked(try save(object, old, definition, options))
        }
        guard !options.isDryRun else { return .removed(object) }
        return .removed(
            try commit([Pending(definition: definition, kind: .deleted, object: object, previous: old)])[0]
        )
    }

    /// Deletes an object, and says what happens to those it owns.
    ///
    /// - Throws: `KubernetesStatusError`: 404.
    @discardableResult
    package func delete(
        _ type: ResourceType,
        namespace: String? = nil,
        name: String,
        propagation: Propagation
    ) throws -> Deletion {
        try delete(type, namespace: namespace, name: name, options: DeleteOptions(propagation: propagation))
    }

    /// Takes a namespace's own finalizer away: its contents are gone, and so it goes.
    @discardableResult
    package func finalizeNamespace(_ name: String) throws -> KubernetesObject {
        let definition = try definition(of: .namespace)
        let old = try require(.namespace, name: name)
        var object = old
        object["spec", "finalizers"] = nil
        guard object != old || isReadyToGo(object, definition) else { return old }
        let isFinal = old.isBeingDeleted && isReadyToGo(object, definition)
        return try commit([
            Pending(definition: definition, kind: isFinal ? .deleted : .modified, object: object, previous: old)
        ])[0]
    }

    func isReadyToGo(_ object: KubernetesObject, _ definition: ResourceDefinition) -> Bool {
        guard object.finalizers.isEmpty else { return false }
        if definition.type == .namespace, object["spec", "finalizers"]?.array?.isEmpty == false { return false }
        return object.deletionGracePeriodSeconds ?? 0 == 0
    }

    private func checkPreconditions(
        _ object: KubernetesObject,
        _ type: ResourceType,
        _ options: DeleteOptions
    ) throws(KubernetesStatusError) {
        if let uid = options.uid, uid != object.uid {
            throw .conflict(
                type,
                object.name,
                "Precondition failed: UID in precondition: \(uid), UID in object meta: \(object.uid ?? "")"
            )
        }
        if let version = options.resourceVersion, version != object.resourceVersion {
            throw .conflict(
                type,
                object.name,
                "Precondition failed: ResourceVersion in precondition: \(version), ResourceVersion in object meta: "
                    + (object.resourceVersion ?? "")
            )
        }
    }

    /// The finalizers that stand for a propagation; the garbage collector works them off.
    private func setFinalizers(_ object: inout KubernetesObject, _ propagation: Propagation?) {
        guard let propagation else { return }
        var finalizers = object.finalizers.filter { $0 != "orphan" && $0 != "foregroundDeletion" }
        switch propagation {
        case .orphan: finalizers.append("orphan")
        case .foreground: finalizers.append("foregroundDeletion")
        case .background: break
        }
        object.finalizers = finalizers
    }

    /// A pod that runs gets time to end; nil where the object is to go at once.
    private func deleteGracefully(
        _ object: inout KubernetesObject,
        _ old: KubernetesObject,
        _ definition: ResourceDefinition,
        _ options: DeleteOptions
    ) throws -> Deletion? {
        guard definition.type == .pod else { return nil }
        let requested = options.gracePeriodSeconds.map { max(0, $0) }
        let grace: Int
        if old.isBeingDeleted {
            let current = old.deletionGracePeriodSeconds ?? 0
            guard current > 0 else { return nil }
            // A second request can only shorten the time.
            guard let requested, requested < current else { return .marked(old) }
            grace = requested
        } else {
            let pod = PodView(object)
            // Otherwise nothing runs yet, or no longer.
            let needsTime = pod.nodeName?.isEmpty == false && !pod.isFinished
            grace = needsTime ? requested ?? pod.terminationGracePeriodSeconds : 0
            object.generation += 1
        }
        object.deletionTimestamp = configuration.now().addingTimeInterval(Double(grace))
        object.deletionGracePeriodSeconds = grace
        return grace > 0 ? .marked(try save(object, old, definition, options)) : nil
    }

    /// Sets when the object is to be gone.
    private func mark(_ object: inout KubernetesObject, _ definition: ResourceDefinition) {
        if !object.isBeingDeleted {
            object.deletionTimestamp = configuration.now()
            object.deletionGracePeriodSeconds = 0
            if definition.hasGeneration { object.generation += 1 }
        }
        if definition.type == .namespace { object["status", "phase"] = "Terminating" }
    }

    private func save(
        _ object: KubernetesObject,
        _ old: KubernetesObject,
        _ definition: ResourceDefinition,
        _ options: DeleteOptions
    ) throws -> KubernetesObject {
        guard !options.isDryRun else { return object }
        guard object != old else { return old }
        return try commit([Pending(definition: definition, kind: .modified, object: object, previous: old)])[0]
    }
}
