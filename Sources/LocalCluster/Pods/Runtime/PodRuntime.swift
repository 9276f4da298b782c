import Core
import Foundation
import Kubernetes
import Logging
import Synchronization

/// The node of the local cluster: scheduler and kubelet in one. Runs pods, and tells the store what becomes of them.
///
/// Containers do not depend on it: when it ends they go on, and the next one finds them again.
package actor PodRuntime {
    package struct Configuration: Sendable {
        /// Whether pods are containers or plain processes; found out by default.
        var engine: ContainerEngine.Choice = .automatic
        /// The `slipway` executable that shims are started from.
        package var executable: String
        /// The node's name; the machine's by default.
        package var nodeName: String

        package init(
            executable: String = Configuration.ownExecutable,
            nodeName: String = Configuration.hostName
        ) {
            self.executable = executable
            self.nodeName = nodeName
        }

        package static var ownExecutable: String {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
                ?? Bundle.main.executablePath ?? CommandLine.arguments[0]
        }

        /// A valid name of a node: lower case, without a domain.
        package static var hostName: String {
            let name = ProcessInfo.processInfo.hostName.lowercased().prefix { $0 != "." }
            let valid = name.filter { ($0.isASCII && $0.isLetter) || $0.isNumber || $0 == "-" }
            return valid.isEmpty || valid.hasPrefix("-") || valid.hasSuffix("-") ? "node1" : String(valid)
        }
    }

    private let store: ObjectStore
    nonisolated let paths: PodPaths
    private let images: PodImages
    private let configuration: Configuration
    private let logger: Logger
    /// By the pods' uids.
    private var workers: [String: PodWorker] = [:]
    private var host: PodHost?

    /// - Parameters:
    ///   - store: the cluster's objects.
    ///   - images: the image layout that pods' images come from.
    ///   - stateDirectory: the cluster's folder; pods live below it.
    ///   - roots: where unpacked images are; nil: below the cluster's folder.
    ///   - configuration: how pods are run.
    ///   - logger: for what users need not see.
    package init(
        store: ObjectStore,
        images: URL,
        stateDirectory: URL,
        roots: URL? = nil,
        configuration: Configuration = Configuration(),
        logger: Logger
    ) {
        self.store = store
        let folder = stateDirectory.standardizedFileURL.resolvingSymlinksInPath()
        paths = PodPaths(cluster: folder)
        self.images = PodImages(store: images, roots: roots ?? paths.roots)
        self.configuration = configuration
        self.logger = logger
    }

    /// What a user should know about how pods run on this machine; known once `prepare` has been called.
    package private(set) var notes: [String] = []

    /// Finds out how pods can be run here, and makes the node. Called by `run`; earlier to know `notes`.
    package func prepare() async throws {
        guard host == nil else { return }
        try FileManager.default.createDirectory(at: paths.pods, withIntermediateDirectories: true)
        let tag = NetworkPlan.tag(of: paths.cluster)
        var finding = try await ContainerEngine.find(configuration.engine, cluster: paths.cluster)
        var network: any PodNetwork = LoopbackNetwork(tag: tag)
        var address = "127.0.0.1"
        if case .containers = finding.engine {
            do {
                let bridge = BridgeNetwork(plan: try await ClusterRegistry.claim(cluster: paths.cluster))
                try await bridge.setUp()
                network = bridge
                address = "\(bridge.plan.gateway)"
            } catch {
                guard configuration.engine == .automatic else { throw error }
                let why = (error as? SlipwayError)?.oneLine ?? "\(error)"
                finding = ContainerEngine.processes(because: "the network for containers cannot be made (\(why))")
            }
        }
        notes = finding.notes
        let node = Node(name: configuration.nodeName, address: address)
        host = PodHost(
            store: store,
            images: images,
            network: network,
            launcher: ContainerLauncher(
                engine: finding.engine,
                executable: configuration.executable,
                paths: paths,
                tag: tag
            ),
            paths: paths,
            node: node.facts,
            logger: logger,
            address: address
        )
        try await node.register(in: store)
    }

    /// Runs pods until cancelled.
    package func run() async throws {
        try await prepare()
        guard let host else { return }
        let events = try ShimEvents.stream(at: paths.events.path)
        await removeOrphans()
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await self.followShims(events) }
            group.addTask { await self.followReferences() }
            group.addTask { await self.schedule(on: host) }
            group.addTask { await Node(name: host.node.name, address: host.address).keepAlive(in: self.store) }
            // In this group, so that no worker outlives the runtime.
            let additions = AsyncStream<PodWorker>.makeStream()
            group.addTask { await self.followPods(additions.continuation) }
            for await worker in additions.stream {
                group.addTask {
                    await worker.run()
                    await self.forget(worker)
                }
            }
        }
    }

    // MARK: Pods

    private func followPods(_ additions: AsyncStream<PodWorker>.Continuation) async {
        defer { additions.finish() }
        while !Task.isCancelled {
            do {
                let watch = try await store.watch(.pod)
                await forgetMissing()
                for try await event in watch {
                    guard event.kind != .bookmark, event.kind != .error else { continue }
                    await dispatch(event, additions)
                }
                // The store has closed.
                return
            } catch {
                logger.debug("watching pods again", metadata: ["error": "\(error)"])
                guard (try? await Task.sleep(for: .milliseconds(50))) != nil else { return }
            }
        }
    }

    private func dispatch(_ event: WatchEvent, _ additions: AsyncStream<PodWorker>.Continuation) async {
        let pod = event.object
        guard let host, let uid = pod.uid, pod["spec", "nodeName"]?.string == host.node.name else { return }
        if let worker = workers[uid] {
            if event.kind == .deleted { await worker.remove(pod) } else { await worker.update(pod) }
            return
        }
        guard event.kind != .deleted else { return }
        let worker = PodWorker(host: host, pod: pod)
        workers[uid] = worker
        additions.yield(worker)
    }

    /// Pods that went away while no watch was open.
    private func forgetMissing() async {
        let present = Set(await store.list(.pod).items.compactMap(\.uid))
        for (uid, worker) in workers where !present.contains(uid) { await worker.remove(worker.pod) }
    }

    private func forget(_ worker: PodWorker) {
        guard workers[worker.uid] === worker else { return }
        workers[worker.uid] = nil
    }

    /// Ends what is left of pods that were deleted while no server ran.
    private func removeOrphans() async {
        guard let host else { return }
        let present = Set(await store.list(.pod).items.compactMap(\.uid))
        let names = (try? FileManager.default.contentsOfDirectory(atPath: paths.pods.path)) ?? []
        for uid in names where !present.contains(uid) {
            await PodRemains(folder: paths.pod(uid), uid: uid).remove()
            await host.network.detach(uid)
        }
    }

    // MARK: What wakes pods

    private func followShims(_ events: AsyncStream<Void>) async {
        for await _ in events {
            // A look costs little, and one node has few pods: no need to know whose container it was.
            for worker in workers.values { worker.look() }
        }
    }

    private func followReferences() async {
        await withDiscardingTaskGroup { group in
            for type in [ResourceType.configMap, .secret, .persistentVolumeClaim] {
                group.addTask { await self.follow(type) }
            }
        }
    }

    private func follow(_ type: ResourceType) async {
        while !Task.isCancelled {
            do {
                for try await event in try await store.watch(type) {
                    for worker in workers.values where await worker.pod.namespace == event.object.namespace {
                        await worker.referencesChanged()
                    }
                }
                return
            } catch {
                guard (try? await Task.sleep(for: .milliseconds(50))) != nil else { return }
            }
        }
    }

    private func schedule(on host: PodHost) async {
        await PodScheduler(store: store, node: host.node.name, logger: logger).run()
    }
}
