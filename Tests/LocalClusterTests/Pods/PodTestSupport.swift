import Core
import Foundation
import Images
import Kubernetes
import Logging
import NIOCore
import Testing

@testable import LocalCluster

/// What tests with real containers need of the machine.
enum PodTestRequirements {
    static let containers: Bool =
        geteuid() == 0 && ["crun", "ip", "unshare"].allSatisfy { SystemCommand.find($0) != nil }
    static let reason: Comment = "containers need root, crun, iproute2 and util-linux"

    /// The folder of the build's products.
    static var products: URL {
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(filePath: own).deletingLastPathComponent()
    }

    static var hasProducts: Bool {
        ["slipway", "SampleService"].allSatisfy {
            FileManager.default.isExecutableFile(atPath: products.appending(path: $0).path)
        }
    }
}

/// One image for all tests, made once: the sample service, a shell and a few tools.
actor TestImages {
    static let shared = TestImages()
    static let name = "localhost/sample:v1"

    private var making: Task<URL, any Error>?

    /// The image layout.
    func layout() async throws -> URL {
        if let making { return try await making.value }
        let task = Task { try await Self.make() }
        making = task
        return try await task.value
    }

    private static func make() async throws -> URL {
        // Belongs to this process; the next run of the tests removes it.
        let parent = FileManager.default.temporaryDirectory
        for old in try FileManager.default.contentsOfDirectory(atPath: parent.path)
        where old.hasPrefix("slipway-test-images-") {
            let pid = Int32(old.split(separator: "-").last ?? "") ?? 0
            if kill(pid, 0) != 0 { try? FileManager.default.removeItem(at: parent.appending(path: old)) }
        }
        let folder = parent.appending(path: "slipway-test-images-\(getpid())")
        let store = ImageStore(directory: folder)
        let tools = ["sh", "sleep", "cat", "id", "touch", "rm", "env", "head", "tail", "mount", "stat", "ls", "wc"]
        var recipe = ImageRecipe(
            executables: [
                .init(source: PodTestRequirements.products.appending(path: "SampleService"), destination: "/app/sample")
            ]
                + tools.compactMap { tool in
                    SystemCommand.find(tool).map { path in
                        .init(source: URL(filePath: path).resolvingSymlinksInPath(), destination: "/bin/\(tool)")
                    }
                },
            stamp: BuildStamp(created: 0, systemFiles: 0)
        )
        recipe.entrypoint = ["/app/sample"]
        recipe.includesTimeZones = false
        recipe.includesCertificates = false
        recipe.environment = ["PATH=/bin", "FROM_IMAGE=yes"]
        let image = try await ImageAssembler(store: store).assemble(recipe)
        try store.tag(image.descriptor, name: name)
        return folder
    }
}

/// A cluster with a real node: store, controllers, pod runtime.
struct NodeCluster: Sendable {
    let folder: URL
    let store: ObjectStore
    let images: URL
    var engine = ContainerEngine.Choice.containers

    static let namespace = "default"

    /// Runs `body` beside a node; whatever happens, nothing is left afterwards.
    static func with<Result: Sendable>(
        engine: ContainerEngine.Choice = .containers,
        _ body: @Sendable @escaping (NodeCluster) async throws -> Result
    ) async throws -> Result {
        try await alone(engine: engine) { cluster in try await cluster.running { try await body(cluster) } }
    }

    /// Runs `body` with a cluster whose node runs only when told.
    static func alone<Result: Sendable>(
        engine: ContainerEngine.Choice = .containers,
        _ body: @Sendable @escaping (NodeCluster) async throws -> Result
    ) async throws -> Result {
        let folder = URL(filePath: "/tmp/slipway-node-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let store = try ObjectStore(path: nil)
        try await store.bootstrap()
        let cluster = NodeCluster(
            folder: folder,
            store: store,
            images: try await TestImages.shared.layout(),
            engine: engine
        )
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(cluster))
        } catch {
            result = .failure(error)
        }
        await PodRuntime.tearDown(stateDirectory: folder)
        try? FileManager.default.removeItem(at: folder)
        return try result.get()
    }

    func makeRuntime() -> PodRuntime {
        var configuration = PodRuntime.Configuration(
            executable: PodTestRequirements.products.appending(path: "slipway").path,
            nodeName: "node1"
        )
        configuration.engine = engine
        return PodRuntime(
            store: store,
            images: images,
            stateDirectory: folder,
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Runs a node and the controllers while `body` runs.
    func running<Value: Sendable>(_ body: @Sendable @escaping () async throws -> Value) async throws -> Value {
        let runtime = makeRuntime()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await runtime.run()
                return nil
            }
            group.addTask {
                await ControllerManager(store: store, logger: logger).run()
                return nil
            }
            group.addTask {
                _ = try await eventually("the default service account") {
                    await store.get(.serviceAccount, namespace: Self.namespace, name: "default")
                }
                return try await body()
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    /// A pod with one container named `main`; `change` edits that container.
    func pod(_ name: String, _ change: (inout JSON) -> Void = { _ in }) -> KubernetesObject {
        var container: JSON = [
            "name": "main", "image": .string(TestImages.name),
            "ports": [["name": "http", "containerPort": 8000]],
            "env": [["name": "DRAIN_DELAY_SECONDS", "value": "0.05"]],
        ]
        change(&container)
        return KubernetesObject(
            .pod,
            namespace: Self.namespace,
            name: name,
            content: ["spec": ["containers": [container], "terminationGracePeriodSeconds": 5]]
        )
    }

    /// A pod that is ready when its readiness probe says so.
    func readyPod(_ name: String) -> KubernetesObject {
        pod(name) {
            $0["readinessProbe"] = ["httpGet": ["path": "/health/readiness", "port": "http"], "periodSeconds": 1]
        }
    }

    /// A pod that runs a shell script once.
    func script(_ name: String, _ script: String) -> KubernetesObject {
        var object = pod(name) { $0["command"] = ["/bin/sh", "-c", .string(script)] }
        object["spec", "restartPolicy"] = "Never"
        return object
    }

    /// Asks a pod over HTTP, at its own address.
    func get(_ name: String, _ path: String) async throws -> String {
        let pod = PodView(try await store.require(.pod, namespace: Self.namespace, name: name))
        let url = "http://\(pod.podIP ?? ""):8000\(path)"
        let outcome = try await SystemCommand("curl", ["-sS", "--max-time", "5", url]).run()
        guard outcome.succeeded else { throw Timeout(what: "\(url) answers: \(outcome.said)") }
        return outcome.output
    }

    /// Whether somebody still listens where the pod was.
    func answers(_ pod: PodView) async throws -> Bool {
        await TCPProbe(host: pod.podIP ?? "", port: 8000, timeout: .milliseconds(500)).run() == .success
    }

    @discardableResult
    func create(_ object: KubernetesObject) async throws -> KubernetesObject { try await store.create(object) }

    func delete(_ name: String, grace: Int? = nil) async throws {
        _ = try await store.delete(
            .pod,
            namespace: Self.namespace,
            name: name,
            options: DeleteOptions(gracePeriodSeconds: grace)
        )
    }

    /// Waits until the pod is as described.
    @discardableResult
    func pod(
        _ name: String,
        is description: String,
        limit: Duration = .seconds(20),
        _ holds: @Sendable @escaping (PodView) -> Bool
    ) async throws -> PodView {
        do {
            return try await eventually("pod \(name) is \(description)", limit: limit) {
                let pod = await store.get(.pod, namespace: Self.namespace, name: name).map(PodView.init)
                return pod.flatMap { holds($0) ? $0 : nil }
            }
        } catch {
            let pod = await store.get(.pod, namespace: Self.namespace, name: name)
            Issue.record("\(pod?.json.text() ?? "no pod")\n\(try await events(of: name).joined(separator: "\n"))")
            throw error
        }
    }

    func isGone(_ name: String, limit: Duration = .seconds(20)) async throws {
        _ = try await eventually("pod \(name) is gone", limit: limit) {
            await store.get(.pod, namespace: Self.namespace, name: name) == nil ? true : nil
        }
    }

    /// `TYPE REASON MESSAGE` of a pod's events, in their order.
    func events(of name: String) async throws -> [String] {
        await store.list(.event, namespace: Self.namespace).items
            .filter { $0["involvedObject", "name"]?.string == name }
            .sorted { (Int($0.resourceVersion ?? "") ?? 0) < (Int($1.resourceVersion ?? "") ?? 0) }
            .map { event in
                [event["type"], event["reason"], event["message"]].map { $0?.string ?? "" }.joined(separator: " ")
            }
    }

    func log(_ name: String, previous: Bool = false, tail: Int? = nil) async throws -> String {
        let pod = try await store.require(.pod, namespace: Self.namespace, name: name)
        let log = try PodLogReader(paths: PodPaths(cluster: folder.resolvingSymlinksInPath()))
            .log(PodLogRequest(pod: pod, container: "main", previous: previous, tailLines: tail))
        var text = ""
        for try await piece in log { text += String(buffer: piece) }
        return text
    }
}

extension KubernetesObject {
    /// Edits the pod's first container.
    mutating func changeMain(_ change: (inout JSON) -> Void) {
        guard var containers = self["spec", "containers"]?.array, !containers.isEmpty else { return }
        change(&containers[0])
        self["spec", "containers"] = .array(containers)
    }
}

struct Timeout: Error, CustomStringConvertible {
    let what: String
    var description: String { "it never came true that \(what)" }
}

/// Waits for a value to be there.
func eventually<Value: Sendable>(
    _ what: String,
    limit: Duration = .seconds(20),
    _ value: @Sendable () async throws -> Value?
) async throws -> Value {
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: limit)
    while clock.now < deadline {
        if let value = try await value() { return value }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw Timeout(what: what)
}
