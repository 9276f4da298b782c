import Core
import Foundation
import Kubernetes
import Synchronization

@testable import LocalCluster

/// Objects and stores for tests.
enum StoreFixtures {
    static func store(
        at path: String? = nil,
        clock: TestClock = TestClock(),
        _ configure: (inout ObjectStore.Configuration) -> Void = { _ in }
    ) async throws -> ObjectStore {
        var configuration = ObjectStore.Configuration()
        configuration.now = clock.now
        configure(&configuration)
        let store = try ObjectStore(path: path, configuration: configuration)
        try await store.bootstrap()
        return store
    }

    static func deployment(_ name: String = "web", image: String = "localhost/web:v1", replicas: Int? = nil)
        -> KubernetesObject
    {
        var spec: JSON = [
            "selector": ["matchLabels": ["app": .string(name)]],
            "template": [
                "metadata": ["labels": ["app": .string(name)]],
                "spec": ["containers": [["name": "web", "image": .string(image)]]],
            ],
        ]
        spec["replicas"] = replicas.map { .int(Int64($0)) }
        return KubernetesObject(.deployment, namespace: "default", name: name, content: ["spec": spec])
    }

    static func pod(_ name: String, node: String? = nil, labels: [String: String] = [:]) -> KubernetesObject {
        var spec: JSON = ["containers": [["name": "web", "image": "localhost/web:v1"]]]
        spec["nodeName"] = node.map(JSON.string)
        var pod = KubernetesObject(.pod, namespace: "default", name: name, content: ["spec": spec])
        if !labels.isEmpty { pod.labels = labels }
        return pod
    }

    static func configMap(_ name: String, _ data: [String: String] = ["a": "1"]) -> KubernetesObject {
        KubernetesObject(
            .configMap,
            namespace: "default",
            name: name,
            content: ["data": .object(data.mapValues(JSON.string))]
        )
    }
}

/// A clock that moves only when told.
final class TestClock: Sendable {
    private let time: Mutex<Date>

    init(_ start: Date = Date(timeIntervalSince1970: 1_795_435_200)) { time = Mutex(start) }

    var now: @Sendable () -> Date { { self.time.withLock { $0 } } }

    func advance(_ seconds: TimeInterval) { time.withLock { $0 += seconds } }
}

/// Runs `body` and gives the API error it throws.
func statusError(_ body: () async throws -> Void) async -> KubernetesStatusError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? KubernetesStatusError
    }
}

/// A folder of its own, removed afterwards.
func withTemporaryDirectory<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await body(directory)
}
