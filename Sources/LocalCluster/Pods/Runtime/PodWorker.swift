import Core
import Foundation
import Kubernetes
import Logging

/// Brings one pod from what it is to what it should be, from its arrival on the node until nothing of it is left.
///
/// Level-triggered, like the kubelet: whatever happens only wakes it; each pass looks at the pod, at what the shims
/// have written and at the clock, and does the next steps. Passes never overlap.
actor PodWorker {
    enum Removal: Sendable { case none, object }

    let host: PodHost
    let uid: String
    let folder: PodFolder
    /// The pod as last seen in the store; after its removal, as it was.
    var pod: KubernetesObject
    /// The object is gone from the store: nothing may be left of the pod, at once.
    var isRemoved = false
    var containers: [ContainerRecord] = []
    var attachment: PodAttachment?
    var volumes: [String: PreparedVolume]?
    var failure: ContainerRecord.Waiting?
    /// All containers have been asked to end.
    var termination: TerminationProgress?
    var probes: [String: ContainerProbes] = [:]
    var imageTasks: [String: Task<Void, Never>] = [:]
    var nextLook: Date?
    /// What the last failed mount said, so that it is told once.
    var mountProblem: String?
    let wake: AsyncStream<Void>.Continuation
    private let wakeUps: AsyncStream<Void>

    /// Seconds between looks at whether a container's shim still lives.
    private static let shimCheck = 2.0

    struct TerminationProgress: Sendable {
        let killAt: Date
        let grace: Int
    }

    init(host: PodHost, pod: KubernetesObject) {
        self.host = host
        self.pod = pod
        uid = pod.uid ?? ""
        folder = host.paths.pod(pod.uid ?? "")
        (wakeUps, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Runs until nothing of the pod is left, or the server goes down (then the containers go on without it).
    func run() async {
        await adopt()
        wake.yield()
        await withDiscardingTaskGroup { timers in
            var alarm: Date?
            for await _ in wakeUps {
                if await pass() { break }
                if let set = alarm, set <= Date() { alarm = nil }
                guard let due = nextLook, alarm.map({ due < $0 }) ?? true else { continue }
                alarm = due
                timers.addTask { [wake] in
                    try? await Task.sleep(for: .seconds(max(0.001, due.timeIntervalSinceNow)))
                    wake.yield()
                }
            }
            timers.cancelAll()
        }
        stopWatching()
    }

    /// The pod has changed in the store.
    func update(_ pod: KubernetesObject) {
        self.pod = pod
        wake.yield()
    }

    /// The pod is gone from the store.
    func remove(_ pod: KubernetesObject) {
        self.pod = pod
        isRemoved = true
        wake.yield()
    }

    nonisolated func look() { wake.yield() }

    /// One pass.
    ///
    /// - Returns: whether the worker is done.
    private func pass() async -> Bool {
        nextLook = nil
        await readShims()
        // A shim that was killed tells nobody.
        if containers.contains(where: \.isAlive) { look(at: Date().addingTimeInterval(Self.shimCheck)) }
        if isRemoved { return await destroy() }
        if pod.isBeingDeleted { return await terminate() }
        if PodView(pod).isFinished || failure != nil {
            await settle()
            return false
        }
        await enforceDeadline()
        guard failure == nil, await makeSandbox() else { return false }
        await advance()
        await publish()
        if PodView(pod).isFinished { await settle() }
        return false
    }

    /// Asks for a pass at a time, at the latest.
    func look(at date: Date) {
        nextLook = min(nextLook ?? date, date)
    }

    /// Stops what only this server needs; the containers stay as they are.
    private func stopWatching() {
        for probe in probes.values { probe.cancel() }
        for task in imageTasks.values { task.cancel() }
    }

    func index(of name: String) -> Int? { containers.firstIndex { $0.name == name } }

    /// `name_namespace(uid)`: how the kubelet names a pod in messages.
    var label: String { "\(pod.name)_\(pod.namespace ?? "")(\(uid))" }

    // MARK: Status

    /// Writes the pod's status, if it has changed.
    func publish(isTerminal: Bool = false) async {
        guard !isRemoved else { return }
        let status = PodStatusBuilder(
            pod: pod,
            containers: containers,
            attachment: attachment,
            hostAddress: host.address,
            now: Date(),
            isTerminal: isTerminal,
            failure: failure
        ).build()
        guard status != pod.status else { return }
        do {
            let uid = uid
            let written = try await host.store.modify(
                .pod,
                namespace: pod.namespace,
                name: pod.name,
                subresource: .status,
                options: WriteOptions(manager: .kubelet)
            ) { object in
                guard object.uid == uid else { throw KubernetesStatusError.notFound(.pod, object.name) }
                // What others have added meanwhile (readiness gates) stays.
                let own = Set((status["conditions"]?.array ?? []).compactMap { $0["type"]?.string })
                let foreign = object.conditions.filter { !own.contains($0.type) }.map(\.json)
                object.status = status
                object["status", "conditions"] = .array((status["conditions"]?.array ?? []) + foreign)
            }
            // Not older than what the watch may have brought during the write.
            if !isRemoved, pod.isBeingDeleted == written.isBeingDeleted || written.isBeingDeleted { pod = written }
        } catch let error as KubernetesStatusError where error.code == 404 {
            // Its removal is on the way through the watch.
        } catch {
            host.logger.warning("status not written", metadata: ["pod": "\(label)", "error": "\(error)"])
            look(at: Date().addingTimeInterval(1))
        }
    }
}
