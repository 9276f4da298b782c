import AsyncHTTPClient
import Core
import Foundation
import Images
import Kubernetes
import Logging
import NIOCore

/// Starts an image once, in a pod of its own, and asks its endpoints: does what was built run at all?
package struct ImageCheck: Sendable {
    /// What is started, and what is asked of it.
    package struct Request: Sendable {
        package var image: String
        package var port: Int
        /// Each must answer with a status from 200 to 299.
        package var paths: [String]
        package var environment: [String: String] = [:]
        /// Folders that the image wants to write to; each is empty at the start.
        package var volumes: [String] = []
        /// For all endpoints together, the start of the image included.
        package var limit: Duration = .seconds(60)

        package init(image: String, port: Int, paths: [String]) {
            self.image = image
            self.port = port
            self.paths = paths
        }
    }

    package struct Answer: Sendable {
        package let path: String
        package let status: Int
        package let seconds: Double
    }

    private let images: URL
    private let roots: URL?
    private let logger: Logger
    private static let pod = "image-check"
    private static let namespace = "default"

    /// - Parameters:
    ///   - images: the OCI image layout the image is in.
    ///   - cluster: a local cluster's folder, whose unpacked images are used and added to; nil: the image is unpacked for
    ///     this check alone.
    ///   - logger: where the pod runtime writes what it does.
    package init(images: URL, cluster: URL? = nil, logger: Logger) {
        self.images = images
        roots = cluster.map { PodPaths(cluster: $0).roots }
        self.logger = logger
    }

    /// Runs the check; whatever was started is gone when it returns.
    ///
    /// - Returns: what each endpoint answered, in the order asked.
    /// - Throws: `SlipwayError` (failure) with the reason and the last log lines when the image does not start or an
    ///   endpoint does not answer well in time.
    package func run(_ request: Request) async throws -> [Answer] {
        let state = FileManager.default.temporaryDirectory.appending(
            path: "slipway-check-\(UUID().uuidString.prefix(8))"
        )
        let store = try ObjectStore(path: nil)
        try await store.bootstrap()
        let runtime = PodRuntime(
            store: store,
            images: images,
            stateDirectory: state,
            roots: roots,
            logger: logger
        )
        let result: Result<[Answer], any Error>
        do {
            result = .success(
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await runtime.run() }
                    defer { group.cancelAll() }
                    return try await ask(request, store, runtime)
                }
            )
        } catch {
            result = .failure(error)
        }
        await PodRuntime.tearDown(stateDirectory: state)
        try? FileManager.default.removeItem(at: state)
        return try result.get()
    }

    private func ask(_ request: Request, _ store: ObjectStore, _ runtime: PodRuntime) async throws -> [Answer] {
        _ = try await store.create(Self.manifest(request))
        let clock = ContinuousClock()
        let deadline = clock.now + request.limit
        var answers: [Answer] = []
        for path in request.paths {
            let start = clock.now
            var lastProblem = "it has not started"
            var pause = Duration.milliseconds(10)
            var status: Int?
            while status == nil {
                guard let pod = await store.get(.pod, namespace: Self.namespace, name: Self.pod) else { break }
                if let reason = Self.certainFailure(of: PodView(pod)) {
                    throw await failure("The image does not start: \(reason)", request, pod, runtime)
                }
                do {
                    let code = try await get(path, of: pod, request.port, runtime)
                    if (200..<300).contains(code) { status = code } else { lastProblem = "it answers with \(code)" }
                } catch {
                    if PodView(pod).podIP != nil { lastProblem = "\(error)" }
                }
                if status == nil {
                    guard clock.now < deadline else {
                        throw await failure("\(path) does not answer well: \(lastProblem)", request, pod, runtime)
                    }
                    try await clock.sleep(for: pause)
                    pause = min(pause * 2, .milliseconds(250))
                }
            }
            let spent = (clock.now - start) / .seconds(1)
            answers.append(Answer(path: path, status: status ?? 0, seconds: spent))
        }
        return answers
    }

    private func get(_ path: String, of pod: KubernetesObject, _ port: Int, _ runtime: PodRuntime) async throws -> Int {
        let address = try await runtime.address(of: pod, port: port)
        let request = HTTPClientRequest(url: "http://\(address.host):\(address.port)\(path)")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(2))
        for try await _ in response.body {}
        return Int(response.status.code)
    }

    /// Why waiting longer cannot help; nil while it can.
    private static func certainFailure(of pod: PodView) -> String? {
        for status in pod.allContainerStatuses {
            if let end = status.termination { return "it ended with exit code \(end.exitCode) (\(end.reason))" }
            if let end = status.lastTermination { return "it ended with exit code \(end.exitCode) (\(end.reason))" }
            if case .waiting(let reason, let message) = status.state, !reason.isEmpty, reason != "ContainerCreating",
                reason != "PodInitializing"
            {
                return message.isEmpty ? reason : "\(reason): \(message)"
            }
        }
        return nil
    }

    private func failure(
        _ what: String,
        _ request: Request,
        _ pod: KubernetesObject,
        _ runtime: PodRuntime
    ) async -> SlipwayError {
        var lines: [Substring] = []
        let log = PodLogRequest(pod: pod, container: Self.pod, tailLines: 10)
        if let pieces = try? await runtime.logs(log) {
            var text = ""
            do { for try await piece in pieces { text += String(buffer: piece) } } catch { text += "(\(error))" }
            lines = text.split(separator: "\n").suffix(10)
        }
        return SlipwayError(
            .failure,
            what,
            why: lines.isEmpty
                ? "\(request.image) wrote nothing to its log"
                : "the last lines of its log:\n       " + lines.joined(separator: "\n       ")
        )
    }

    private static func manifest(_ request: Request) -> KubernetesObject {
        let volumes = request.volumes.enumerated().map { (name: "volume-\($0.offset)", path: $0.element) }
        return KubernetesObject(
            .pod,
            namespace: namespace,
            name: pod,
            content: [
                "spec": [
                    "restartPolicy": "Never",
                    "terminationGracePeriodSeconds": 1,
                    "automountServiceAccountToken": false,
                    "containers": [
                        [
                            "name": .string(pod), "image": .string(request.image),
                            "imagePullPolicy": "IfNotPresent",
                            "env": .array(
                                request.environment.sorted { $0.key < $1.key }
                                    .map { ["name": .string($0.key), "value": .string($0.value)] }
                            ),
                            "ports": [["containerPort": .int(Int64(request.port))]],
                            "volumeMounts": .array(
                                volumes.map { ["name": .string($0.name), "mountPath": .string($0.path)] }
                            ),
                        ]
                    ],
                    "volumes": .array(volumes.map { ["name": .string($0.name), "emptyDir": .object([:])] }),
                ]
            ]
        )
    }
}
