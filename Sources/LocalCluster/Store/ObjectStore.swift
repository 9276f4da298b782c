import Core
import Foundation
import Kubernetes

/// The objects of the local cluster: what `etcd` and the registries of an API server are to Kubernetes.
///
/// Controllers, pod runtime and API handlers use the same store; each write is one SQLite transaction and one step of
/// the global resource version, and goes to all watchers in that order. Errors are `KubernetesStatusError`, worded as
/// the API words them.
package actor ObjectStore {
    package struct Configuration: Sendable {
        /// The present; passed in for tests.
        package var now: @Sendable () -> Date = { Date() }
        /// How many changes a watch can catch up with.
        package var historyLimit = 1_000
        /// How many changes may wait for a slow watcher.
        package var watchBuffer = 1_000
        /// Asked in order, after the store's own.
        package var admission: [any AdmissionPlugin] = []

        package init() {}
    }

    let configuration: Configuration
    let database: StoreDatabase
    nonisolated let hub: WatchHub
    let catalogue = SchemaCatalogue.builtIn
    let admission: [any AdmissionPlugin]

    var view: StoreView
    /// The number of the last change.
    var version: Int64
    /// Changes up to this one are forgotten.
    var compacted: Int64
    /// The changes after `compacted`, in order.
    var history: [Change]
    var events = EventAggregator()

    /// Opens the store in an SQLite file; without a path everything is in memory.
    ///
    /// - Throws: `SlipwayError` when the file cannot be opened or read.
    package init(path: String?, configuration: Configuration = Configuration()) throws {
        do {
            database = try StoreDatabase(path: path)
            let contents = try database.load()
            view = contents.view
            version = contents.version
            compacted = contents.compacted
            history = contents.history
        } catch let error as SlipwayError {
            throw error
        } catch {
            throw SlipwayError(
                .external,
                "The local cluster's objects cannot be read",
                why: "\(path ?? "memory"): \(error)",
                next: "Start afresh with: slipway cluster down --purge"
            )
        }
        self.configuration = configuration
        admission =
            [PodAdmission(), ServiceAddressAdmission(cluster: path ?? UUID().uuidString), QuotaAdmission()]
            + configuration.admission
        hub = WatchHub(bufferSize: configuration.watchBuffer, version: version)
    }

    /// Makes the namespaces that every cluster has; does nothing where they are.
    package func bootstrap() throws {
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"]
        where view.get(.namespace, name: name) == nil {
            _ = try create(KubernetesObject(.namespace, name: name), options: .init(manager: .apiServer))
        }
    }

    /// Ends all watches and closes the file.
    package func close() throws {
        hub.finish()
        try database.close()
    }

    /// The number of the last change.
    package var resourceVersion: Int64 { version }

    // MARK: Reading

    package func get(_ type: ResourceType, namespace: String? = nil, name: String) -> KubernetesObject? {
        view.get(type, namespace: namespace, name: name)
    }

    /// - Throws: `KubernetesStatusError` (not found).
    package func require(
        _ type: ResourceType,
        namespace: String? = nil,
        name: String
    ) throws(KubernetesStatusError) -> KubernetesObject {
        guard let object = view.get(type, namespace: namespace, name: name) else { throw .notFound(type, name) }
        return object
    }

    package struct List: Sendable {
        package let items: [KubernetesObject]
        /// The state the items are from: where a watch goes on.
        package let resourceVersion: Int64
    }

    /// The objects of one namespace, or of all.
    package func list(
        _ type: ResourceType,
        namespace: String? = nil,
        labels: LabelSelector = .everything,
        fields: FieldSelector = .everything
    ) -> List {
        List(items: view.list(type, namespace: namespace, labels: labels, fields: fields), resourceVersion: version)
    }

    /// All objects at one moment.
    package func snapshot() -> (view: StoreView, resourceVersion: Int64) { (view, version) }

    // MARK: Watching

    /// The changes of a resource in one namespace, or in all, after the state `resourceVersion`; without one (or with
    /// 0) it begins with an `ADDED` for everything there is.
    ///
    /// With `marksInitialEnd` a bookmark follows what there was.
    ///
    /// - Throws: `KubernetesStatusError`: 410 when the changes since then are forgotten.
    package func watch(
        _ type: ResourceType,
        namespace: String? = nil,
        from resourceVersion: Int64? = nil,
        labels: LabelSelector = .everything,
        fields: FieldSelector = .everything,
        marksInitialEnd: Bool = false
    ) throws(KubernetesStatusError) -> ObjectWatch {
        let filter = WatchFilter(resource: type.qualifiedName, namespace: namespace, labels: labels, fields: fields)
        var backlog: [WatchEvent]
        if let start = resourceVersion, start != 0 {
            guard start >= compacted else { throw .tooOld(requested: String(start), oldest: String(compacted)) }
            guard start <= version else { throw .versionTooLarge(start, current: version) }
            // The history is ordered: the first change after `start` is found from the end.
            let first = history.lastIndex { $0.version <= start }.map { $0 + 1 } ?? 0
            backlog = history[first...].compactMap(filter.event)
        } else {
            backlog = view.list(type, namespace: namespace, labels: labels, fields: fields)
                .map { WatchEvent(.added, $0) }
        }
        if marksInitialEnd {
            let mark = ["k8s.io/initial-events-end": "true"]
            backlog.append(.bookmark(type, version: version, annotations: mark))
        }
        let (number, stream) = hub.subscribe(filter)
        return ObjectWatch(backlog: backlog, type: type, number: number, stream: stream, hub: hub)
    }

    // MARK: Committing

    /// One change of a transaction that is being prepared.
    struct Pending {
        let definition: ResourceDefinition
        let kind: Change.Kind
        var object: KubernetesObject
        let previous: KubernetesObject?
    }

    /// Writes changes in one transaction, then tells the watchers; gives the objects with their new versions.
    func commit(_ pending: [Pending]) throws -> [KubernetesObject] {
        var changes: [Change] = []
        for item in pending {
            var object = item.object
            let next = version + Int64(changes.count) + 1
            object.resourceVersion = String(next)
            changes.append(
                Change(
                    version: next,
                    resource: item.definition.type.qualifiedName,
                    key: Self.key(object, item.definition.type),
                    kind: item.kind,
                    object: object,
                    previous: item.previous
                )
            )
        }
        do {
            try database.commit(changes)
        } catch {
            throw KubernetesStatusError.internalError("the cluster's database: \(error)")
        }
        version += Int64(changes.count)
        for change in changes {
            if change.kind == .deleted {
                view.objects[change.resource]?[change.key] = nil
            } else {
                view.objects[change.resource, default: [:]][change.key] = change.object
            }
        }
        history.append(contentsOf: changes)
        hub.publish(changes)
        try compactIfNeeded()
        return changes.map(\.object)
    }

    /// Forgets old changes, a good number at a time.
    private func compactIfNeeded() throws {
        guard history.count >= configuration.historyLimit + configuration.historyLimit / 4 + 1 else { return }
        let excess = history.count - configuration.historyLimit
        compacted = history[excess - 1].version
        history.removeFirst(excess)
        do {
            try database.compact(through: compacted)
        } catch {
            throw KubernetesStatusError.internalError("the cluster's database: \(error)")
        }
    }

    static func key(_ object: KubernetesObject, _ type: ResourceType) -> NamespacedName {
        NamespacedName(namespace: type.isNamespaced ? object.namespace ?? "" : "", name: object.name)
    }

    func definition(of type: ResourceType) throws(KubernetesStatusError) -> ResourceDefinition {
        guard let definition = ResourceRegistry.definition(of: type) else { throw .resourceNotFound }
        return definition
    }

    func definition(of object: KubernetesObject) throws(KubernetesStatusError) -> ResourceDefinition {
        guard let type = object.type else {
            throw .badRequest("no kind \"\(object.kind)\" is registered for version \"\(object.apiVersion)\"")
        }
        return try definition(of: type)
    }
}

extension KubernetesStatusError {
    /// A version from the future: that of another cluster, or of one that was purged.
    static func versionTooLarge(_ requested: Int64, current: Int64) -> Self {
        Self(
            504,
            .timeout,
            "Timeout: Too large resource version: \(requested), current: \(current)",
            details: Details(
                causes: [Cause(reason: "ResourceVersionTooLarge", message: "Too large resource version")],
                retryAfterSeconds: 1
            )
        )
    }
}
