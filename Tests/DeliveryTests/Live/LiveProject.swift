import Foundation
import Kubernetes
import Testing

@testable import Delivery

/// A project with a slipway.yml and manifests, each test its own, in a namespace of its own.
struct LiveProject: Sendable {
    let cluster: LiveCluster
    let folder: TemporaryFolder
    let name: String

    /// `settings` is a further line of the environment `test`, `more` are further environments.
    init(_ name: String, settings: String = "", more: String = "") async throws {
        cluster = try #require(LiveCluster.current)
        folder = try TemporaryFolder()
        self.name = name
        try folder.write(
            "slipway.yml",
            """
            image: localhost/sample
            deployment: sample
            container: app
            port: 8000
            rollout: {ready-within: 6s, timeout: 90s}
            verify:
              pods: [/health/liveness, /health/readiness]
              service: [/health, {path: /metrics, contains: http_requests_total}]
            environments:
              test:
                namespace: \(name)
                manifests: k8s
                default-tag: develop
                \(settings)
            \(more)
            """
        )
        try write(version: "1")
    }

    /// Replaces the strategy of the environment `test`.
    func setStrategy(_ text: String) throws {
        let file = folder.url.appending(path: "slipway.yml")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
            $0.contains("strategy: ") ? "    strategy: \(text)" : String($0)
        }
        try folder.write("slipway.yml", lines.joined(separator: "\n"))
    }

    /// Manifests whose settings carry the version, with a fault where one is wanted.
    func write(version: String, fault: (name: String, value: String)? = nil) throws {
        let faultLine = fault.map { ", {name: \($0.name), value: \"\($0.value)\"}" } ?? ""
        try folder.write(
            "k8s/all.yaml",
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data: {version: "\(version)"}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: sample}
            spec:
              selector: {app: sample}
              ports: [{name: http, port: 80, targetPort: http}]
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: sample}
            spec:
              replicas: 2
              progressDeadlineSeconds: 60
              selector: {matchLabels: {app: sample}}
              strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
              template:
                metadata: {labels: {app: sample}}
                spec:
                  terminationGracePeriodSeconds: 5
                  containers:
                    - name: app
                      image: localhost/sample
                      ports: [{name: http, containerPort: 8000}]
                      env: [{name: APP_VERSION, value: "\(version)"}\(faultLine)]
                      readinessProbe: {httpGet: {path: /health/readiness, port: http}, periodSeconds: 1}
                      livenessProbe: {httpGet: {path: /health/liveness, port: http}, periodSeconds: 2}
            """
        )
    }

    var environment: [String: String] {
        ["SLIPWAY_DIR": cluster.state.path, "SLIPWAY_APPROVAL": "", "GITHUB_ACTOR": "", "USER": "tester"]
    }

    func slipway(_ arguments: String...) async throws -> CommandRunner.Answer {
        try await CommandRunner(folder: folder.url, environment: environment)
            .run([SlipwayBinary.url.path] + arguments, timeout: 180)
    }

    /// Deploys what the manifests say now, and says how it ended with all that was printed.
    func deploy(_ arguments: String...) async throws -> CommandRunner.Answer {
        try await CommandRunner(folder: folder.url, environment: environment)
            .run([SlipwayBinary.url.path, "deploy", "--env", "test"] + arguments, timeout: 180)
    }

    /// Begins a deploy and kills it with SIGKILL as soon as it has printed `text`.
    func deployKilled(at text: String) async throws {
        let output = folder.url.appending(path: "killed-\(UUID().uuidString).txt")
        try Data().write(to: output)
        let process = Process()
        process.executableURL = SlipwayBinary.url
        // A watch leaves the release unfinished for long enough, however busy the machine is.
        process.arguments = ["deploy", "--env", "test", "--watch", "4s"]
        process.currentDirectoryURL = folder.url
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = process.standardOutput
        try process.run()
        let limit = ContinuousClock.now + .seconds(60)
        while !(try String(contentsOf: output, encoding: .utf8)).contains(text) {
            try #require(process.isRunning && .now < limit, "it never printed \(text)")
            try await Task.sleep(for: .milliseconds(2))
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try #require(process.terminationReason == .uncaughtSignal)
    }

    // MARK: - What is in the cluster

    func object(_ type: ResourceType, _ name: String) async throws -> KubernetesObject {
        let client = try cluster.client()
        do {
            let object = try await client.get(type, namespace: self.name, name: name)
            try await client.shutdown()
            return object
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    func deployment() async throws -> KubernetesObject { try await object(.deployment, "sample") }

    func version() async throws -> String? { try await object(.configMap, "settings")["data", "version"]?.string }

    /// The Service's own address.
    func address() async throws -> URL {
        let ip = try #require(try await object(.service, "sample")["spec", "clusterIP"]?.string)
        return try #require(URL(string: "http://\(ip)/"))
    }
}
