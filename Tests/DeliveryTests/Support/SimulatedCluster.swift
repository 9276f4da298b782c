import Core
import Foundation
import Kubernetes
import Synchronization

@testable import Delivery

/// A cluster in memory whose controllers act at once, and which can die at any write: for stopping a release at every
/// single boundary, which no real cluster can do.
///
/// It keeps the API's promises that a release relies on: resourceVersions and preconditions, generations, UIDs, watch
/// events in order, ReplicaSets by template, only new pods of the new template.
final class SimulatedCluster: ReleaseCluster {
    let isLocal = true
    /// The process that uses the cluster was killed.
    struct Killed: Error {}

    /// When a process dies, counted in writes.
    enum Death: Sendable {
        case before(Int)
        case after(Int)
    }

    /// How a version of the service behaves; by image.
    struct Behaviour: Sendable {
        var isReady = true
        var waiting: (reason: String, message: String)?
        /// Requests and errors that each of its pods counts a second.
        var requests = 20.0
        var errors = 0.0
        var status = 200
    }

    struct State {
        var objects: [ObjectKey: KubernetesObject] = [:]
        var version = 100
        var writes = 0
        var death: Death?
        var isDead = false
        var leaseHolder: String?
        var watchers: [Int: (type: ResourceType, feed: AsyncThrowingStream<WatchEvent, any Error>.Continuation)] = [:]
        var nextWatcher = 0
        var behaviours: [String: Behaviour] = [:]
        var createdAt: [String: TimeInterval] = [:]
        /// What was written, in order: `replace ConfigMap slipway-release-api-2 (applying)`.
        var log: [String] = []
        /// The images behind the Service `api`, each time they changed.
        var served: [Set<String>] = []
    }

    let state = Mutex(State())
    let time: SimulatedTime
    let name = "simulated"

    init(time: SimulatedTime) { self.time = time }

    func setBehaviour(_ image: String, _ behaviour: Behaviour) {
        state.withLock { $0.behaviours[image] = behaviour }
    }

    /// Lets a new process use the cluster, to die as told.
    func revive(_ death: Death? = nil) {
        state.withLock {
            $0.isDead = false
            $0.death = death
            $0.writes = 0
            $0.leaseHolder = nil
            $0.served = [Self.serving($0)]
        }
    }

    var writes: Int { state.withLock { $0.writes } }
    var log: [String] { state.withLock { $0.log } }

    /// The images that the Service has led to since `revive`, each time they changed.
    var served: [Set<String>] { state.withLock { $0.served } }

    func object(_ type: ResourceType, _ name: String) -> KubernetesObject? {
        state.withLock { $0.objects[Self.key(type, name)] }
    }

    func objects(_ kind: String) -> [KubernetesObject] {
        state.withLock { $0.objects.values.filter { $0.kind == kind } }
    }

    /// Somebody else's hand: no precondition, no death, no release.
    func meddle(_ type: ResourceType, _ name: String, _ change: (inout KubernetesObject) -> Void) {
        state.withLock { state in
            guard var object = state.objects[Self.key(type, name)] else { return }
            change(&object)
            _ = store(object, in: &state)
        }
    }

    static func key(_ type: ResourceType, _ name: String) -> ObjectKey {
        ObjectKey(group: type.group, kind: type.kind, namespace: type.isNamespaced ? "ns" : nil, name: name)
    }

    // MARK: - Reading

    private func alive() throws { if state.withLock({ $0.isDead }) { throw Killed() } }

    func get(_ type: ResourceType, namespace: String?, name: String) async throws -> KubernetesObject? {
        try alive()
        return object(type, name)
    }

    func list(_ type: ResourceType, namespace: String?, labels: LabelSelector) async throws -> KubernetesList {
        try alive()
        return state.withLock { state in
            let items = state.objects.values.filter { $0.kind == type.kind && labels.matches($0) }
            return KubernetesList(items: items.sorted { $0.name < $1.name }, resourceVersion: String(state.version))
        }
    }

    func watch(
        _ type: ResourceType,
        namespace: String,
        from start: KubernetesList,
        patience: TimeInterval,
        onInterruption: @escaping @Sendable (any Error) -> Void
    ) -> AsyncThrowingStream<WatchEvent, any Error> {
        let (stream, feed) = AsyncThrowingStream.makeStream(of: WatchEvent.self)
        let known = Dictionary(
            start.items.map { ($0.uid, $0.resourceVersion) },
            uniquingKeysWith: { first, _ in first }
        )
        state.withLock { state in
            // What changed since the list is told at once.
            for object in state.objects.values where object.kind == type.kind {
                if known[object.uid] != object.resourceVersion { feed.yield(WatchEvent(.modified, object)) }
            }
            let number = state.nextWatcher
            state.nextWatcher += 1
            state.watchers[number] = (type, feed)
            feed.onTermination = { [weak self] _ in
                self?.state.withLock { _ = $0.watchers.removeValue(forKey: number) }
            }
        }
        return stream
    }

    // MARK: - Writing

    private func write<Value>(_ what: String, _ body: (inout State) throws -> Value) throws -> Value {
        try state.withLock { state in
            guard !state.isDead else { throw Killed() }
            state.writes += 1
            if case .before(let number) = state.death, number == state.writes {
                state.isDead = true
                throw Killed()
            }
            state.log.append(what)
            let value = try body(&state)
            let serving = Self.serving(state)
            if state.served.last != serving { state.served.append(serving) }
            if case .after(let number) = state.death, number == state.writes {
                state.isDead = true
                throw Killed()
            }
            return value
        }
    }

    private func words(_ verb: String, _ object: KubernetesObject) -> String {
        let mark = object.labels[DeliveryName.state].map { " (\($0))" } ?? ""
        return "\(verb) \(object.kind) \(object.name)\(mark)"
    }

    func create(_ object: KubernetesObject) async throws -> KubernetesObject {
        try write(words("create", object)) { state in
            guard state.objects[object.key] == nil else {
                throw KubernetesStatusError.alreadyExists(object.type ?? .configMap, object.name)
            }
            return store(object, in: &state)
        }
    }

    func replace(_ object: KubernetesObject) async throws -> KubernetesObject {
        try write(words("replace", object)) { state in
            let type = object.type ?? .configMap
            guard let live = state.objects[object.key] else { throw KubernetesStatusError.notFound(type, object.name) }
            try Self.check(object, against: live, type)
            var next = object
            next.status = live.status
            return store(next, in: &state)
        }
    }

    func apply(_ object: KubernetesObject, force: Bool, isDryRun: Bool) async throws -> KubernetesObject {
        let merge = { (state: State) throws -> KubernetesObject in
            guard let live = state.objects[object.key] else { return object }
            try Self.check(object, against: live, object.type ?? .configMap)
            return KubernetesObject(Self.merged(live.json, object.json))
        }
        if isDryRun {
            try alive()
            return try state.withLock { try merge($0) }
        }
        return try write(words("apply", object)) { state in store(try merge(state), in: &state) }
    }

    private static func check(
        _ object: KubernetesObject,
        against live: KubernetesObject,
        _ type: ResourceType
    ) throws {
        if let version = object.resourceVersion, version != live.resourceVersion {
            throw KubernetesStatusError.conflict(type, object.name)
        }
    }

    private static func merged(_ live: JSON, _ wanted: JSON) -> JSON {
        guard case .object(let members) = wanted, case .object(var result) = live else { return wanted }
        for (key, value) in members {
            // A Service's selector is atomic: it is replaced whole.
            result[key] = key == "selector" ? value : result[key].map { merged($0, value) } ?? value
        }
        return .object(result)
    }

    func delete(_ object: KubernetesObject) async throws {
        try write(words("delete", object)) { state in
            guard let live = state.objects[object.key] else { return }
            if let uid = object.uid, uid != live.uid {
                throw KubernetesStatusError.conflict(object.type ?? .configMap, object.name)
            }
            remove(live, in: &state)
            // Garbage collection.
            var gone: Set<String> = [live.uid ?? ""]
            while true {
                let orphans = state.objects.values.filter { $0.ownerReferences.contains { gone.contains($0.uid) } }
                if orphans.isEmpty { break }
                for orphan in orphans {
                    gone.insert(orphan.uid ?? "")
                    remove(orphan, in: &state)
                }
            }
        }
    }

    private func remove(_ object: KubernetesObject, in state: inout State) {
        state.objects[object.key] = nil
        tell(.deleted, object, &state)
    }

    private func tell(_ kind: WatchEvent.Kind, _ object: KubernetesObject, _ state: inout State) {
        for watcher in state.watchers.values where watcher.type.kind == object.kind {
            watcher.feed.yield(WatchEvent(kind, object))
        }
    }

    /// Stores an object as the API server does, then lets the controllers act.
    private func store(_ object: KubernetesObject, in state: inout State) -> KubernetesObject {
        let live = state.objects[object.key]
        let stored = put(object, in: &state)
        if stored.kind == "Deployment", live?.spec != stored.spec { control(stored, in: &state) }
        return state.objects[stored.key] ?? stored
    }

    @discardableResult
    private func put(_ object: KubernetesObject, in state: inout State) -> KubernetesObject {
        var object = object
        let live = state.objects[object.key]
        state.version += 1
        object.resourceVersion = String(state.version)
        object.uid = live?.uid ?? "uid-\(state.version)"
        object["metadata", "creationTimestamp"] =
            live?["metadata", "creationTimestamp"] ?? .string(KubernetesTime.text(time.date))
        if live == nil || live?.spec != object.spec { object.generation = (live?.generation ?? 0) + 1 }
        state.objects[object.key] = object
        state.createdAt[object.uid ?? ""] = state.createdAt[object.uid ?? ""] ?? time.seconds
        tell(live == nil ? .added : .modified, object, &state)
        return object
    }

    // MARK: - Controllers

    /// Rolls a Deployment's template out: at once where it becomes ready, else one new pod that is stuck.
    private func control(_ deployment: KubernetesObject, in state: inout State) {
        let template = deployment["spec", "template"] ?? .object([:])
        let image = template[path: "spec", "containers"]?[0]?["image"]?.string ?? ""
        let behaviour = state.behaviours[image] ?? Behaviour()
        let replicas = deployment["spec", "replicas"]?.int ?? 1
        let sets = state.objects.values.filter { $0.kind == "ReplicaSet" && $0.controller?.uid == deployment.uid }
        let setIDs = Set(sets.map(\.uid))
        var deployment = deployment
        var set: KubernetesObject
        if let existing = sets.first(where: {
            RolloutTarget.comparable($0["spec", "template"]) == RolloutTarget.comparable(template)
        }) {
            set = existing
        } else {
            set = KubernetesObject(.replicaSet, namespace: "ns", name: "\(deployment.name)-\(sets.count + 1)")
            var hashed = template
            let hash = "\(deployment.name)-h\(sets.count + 1)"
            hashed[path: "metadata", "labels", LabelName.podTemplateHash] = .string(hash)
            set.metadata["labels"] = hashed[path: "metadata", "labels"]
            set.spec = ["template": hashed]
            set.ownerReferences = [OwnerReference(controller: deployment)]
        }
        let revision = (sets.compactMap { Int($0.annotations[AnnotationName.revision] ?? "") }.max() ?? 0) + 1
        set.annotations[AnnotationName.revision] = String(revision)
        set["spec", "replicas"] = .int(Int64(replicas))
        set = put(set, in: &state)
        let wanted = behaviour.isReady ? replicas : min(1, replicas)
        let own = state.objects.values.filter { $0.kind == "Pod" && $0.controller?.uid == set.uid }
        for pod in own.dropFirst(wanted) { remove(pod, in: &state) }
        for _ in 0..<max(0, wanted - own.count) { put(pod(of: set, image: image, behaviour, &state), in: &state) }
        if behaviour.isReady {
            for pod in Self.old(state, of: setIDs, besides: set) { remove(pod, in: &state) }
        }
        let old = Self.old(state, of: setIDs, besides: set).count
        let ready = behaviour.isReady ? replicas : 0
        deployment.annotations[AnnotationName.revision] = String(revision)
        deployment.status = [
            "observedGeneration": .int(Int64(deployment.generation)), "replicas": .int(Int64(wanted + old)),
            "updatedReplicas": .int(Int64(wanted)), "availableReplicas": .int(Int64(ready + old)),
        ]
        put(deployment, in: &state)
    }

    /// The pods of a Deployment's other ReplicaSets.
    private static func old(
        _ state: State,
        of sets: Set<String?>,
        besides new: KubernetesObject
    ) -> [KubernetesObject] {
        state.objects.values.filter { pod in
            pod.kind == "Pod" && pod.controller?.uid != new.uid && sets.contains(pod.controller?.uid)
        }
    }

    /// The ready pods that the Service selects.
    private static func backends(_ state: State) -> [KubernetesObject] {
        let service = state.objects[key(.service, "api")]
        guard let selector = service?["spec", "selector"]?.object else { return [] }
        let labels = LabelSelector(matching: selector.compactMapValues(\.string))
        return state.objects.values
            .filter { $0.kind == "Pod" && labels.matches($0) && PodView($0).isReady }
            .sorted { $0.name < $1.name }
    }

    private static func serving(_ state: State) -> Set<String> {
        Set(backends(state).compactMap { PodView($0).containers.first?.image })
    }

    private func pod(
        of set: KubernetesObject,
        image: String,
        _ behaviour: Behaviour,
        _ state: inout State
    ) -> KubernetesObject {
        var pod = KubernetesObject(.pod, namespace: "ns", name: "\(set.name)-\(state.version)")
        pod.labels = set.labels
        pod.ownerReferences = [OwnerReference(controller: set)]
        pod.spec = set["spec", "template", "spec"]
        pod.spec?["nodeName"] = "node"
        var container: JSON = ["name": "api", "image": .string(image), "restartCount": 0]
        container["ready"] = .bool(behaviour.isReady)
        if let waiting = behaviour.waiting {
            container["state"] = ["waiting": ["reason": .string(waiting.reason), "message": .string(waiting.message)]]
        } else {
            container["state"] = ["running": [:]]
        }
        pod.status = [
            "phase": "Running", "containerStatuses": [container],
            "conditions": [["type": "Ready", "status": behaviour.isReady ? "True" : "False"]],
        ]
        return pod
    }

    // MARK: - The rest

    func send(_ request: ProxyRequest, to target: ProxyTarget, namespace: String) async throws -> ProxyAnswer {
        try alive()
        return try state.withLock { state in
            let pod: KubernetesObject? =
                switch target {
                case .pod(let name, _): state.objects[Self.key(.pod, name)]
                case .service: Self.backends(state).first
                }
            guard let pod, let image = PodView(pod).containers.first?.image else {
                throw KubernetesStatusError.serviceUnavailable("error trying to reach service: no route to host")
            }
            let behaviour = state.behaviours[image] ?? Behaviour()
            guard request.path == "/metrics" else {
                return ProxyAnswer(status: behaviour.status, body: Data("ok".utf8))
            }
            let age = time.seconds - (state.createdAt[pod.uid ?? ""] ?? 0)
            let errors = Int(behaviour.errors * age)
            let good = Int(behaviour.requests * age) - errors
            let text = """
                # TYPE http_requests_total counter
                http_requests_total{path="/health",status="200"} \(Int(age))
                http_requests_total{path="/api",status="200"} \(good)
                http_requests_total{path="/api",status="500"} \(errors)
                """
            return ProxyAnswer(status: 200, body: Data(text.utf8))
        }
    }

    func log(namespace: String, pod: String, container: String, previous: Bool, lines: Int) async throws -> [String] {
        try alive()
        return ["last words of \(container)"]
    }

    func mayI(_ verb: String, _ type: ResourceType, subresource: String?, namespace: String) async throws -> Bool? {
        nil
    }

    func withLease<Value: Sendable>(
        _ configuration: LeaseLock.Configuration,
        patience: Duration,
        onWait: @escaping @Sendable (LeaseLock.Held) -> Void,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try state.withLock { state in
            guard !state.isDead else { throw Killed() }
            if let holder = state.leaseHolder { throw SlipwayError(.waiting, "held by \(holder)") }
            state.leaseHolder = configuration.holder
        }
        defer { state.withLock { if !$0.isDead { $0.leaseHolder = nil } } }
        return try await body()
    }
}

/// Time that passes only while somebody waits for it.
final class SimulatedTime: Sendable {
    private let now = Mutex(1000.0)

    var seconds: TimeInterval { now.withLock { $0 } }
    var date: Date { Date(timeIntervalSince1970: 1_800_000_000 + seconds) }

    var clock: ReleaseClock {
        ReleaseClock(
            date: { self.date },
            seconds: { self.seconds },
            sleep: { span in
                self.now.withLock { $0 += span }
                // Others get their turn, as they would while real time passed.
                try await Task.sleep(for: .milliseconds(1))
            }
        )
    }
}
