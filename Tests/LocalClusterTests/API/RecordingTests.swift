import Core
import Foundation
import Kubernetes
import Testing

@testable import LocalCluster

/// Exchanges with a real Kubernetes, replayed against this server: the status and the parts of the body that do not
/// depend on when and where it was recorded must be the same.
@Suite("API: recorded exchanges", .enabled(if: Recordings.isPresent, "no recordings beside the repository"))
struct RecordingTests {
    private static let namespace = "episodic-memory-staging"
    private static let name = "episodic-memory-api"

    /// The Deployment of the recordings, put there as it was made: applied by `kubectl`, then changed by others.
    private func prepare(_ server: TestServer) async throws {
        let recorded = KubernetesObject(try Recordings.exchange("get-deployment").body)
        _ = try await server.store.create(KubernetesObject(.namespace, name: Self.namespace))
        let applied = try #require(recorded.annotations[AnnotationName.lastAppliedConfiguration])
        var object = KubernetesObject(try JSON(parsing: applied))
        object["metadata", "annotations"] = ["kubectl.kubernetes.io/last-applied-configuration": .string(applied)]
        _ = try await server.store.create(object, options: WriteOptions(manager: "kubectl-client-side-apply"))
        _ = try await server.store.modify(
            .deployment,
            namespace: Self.namespace,
            name: Self.name,
            subresource: .scale,
            options: WriteOptions(manager: "kubectl")
        ) { $0["spec", "replicas"] = 4 }
        _ = try await server.store.modify(
            .deployment,
            namespace: Self.namespace,
            name: Self.name,
            subresource: .scale,
            options: WriteOptions(manager: "kubectl")
        ) { $0["spec", "replicas"] = 2 }
        let containers = try #require(recorded["spec", "template", "spec", "containers"])
        // The recorded object was given another image and pull policy by a patch.
        for policy in ["Always", "Never"] {
            _ = try await server.store.modify(
                .deployment,
                namespace: Self.namespace,
                name: Self.name,
                options: WriteOptions(manager: "kubectl")
            ) { object in
                var items = containers.array ?? []
                items[0]["imagePullPolicy"] = .string(policy)
                object["spec", "template", "spec", "containers"] = .array(items)
            }
        }
        let status = try #require(recorded.status)
        _ = try await server.store.modify(
            .deployment,
            namespace: Self.namespace,
            name: Self.name,
            subresource: .status,
            options: WriteOptions(manager: "kube-controller-manager")
        ) { $0.status = status }
    }

    /// Without what differs from one recording to the next: identity, times, versions, and who wrote when.
    private func stable(_ json: JSON) -> JSON {
        switch json {
        case .object(let members):
            var result = members
            for key in [
                "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "generation", "managedFields",
                "time",
            ] { result[key] = nil }
            result["annotations"] = nil
            return .object(result.mapValues(stable))
        case .array(let items): return .array(items.map(stable))
        default: return json
        }
    }

    @Test(
        "the answer has the recorded status and content",
        arguments: [
            "get-deployment", "error-404", "error-404-resource", "error-409-exists", "error-409-apply-conflict",
            "error-409-conflict", "error-415-patch-type", "error-422-required", "error-422-immutable",
            "error-400-unknown-field-strict", "apply-create", "patch-merge-replicas", "patch-strategic-image",
            "delete-foreground-dry", "lease-create",
        ]
    )
    func replay(name: String) async throws {
        try await TestServer.run { server in
            try await prepare(server)
            let recorded = try Recordings.exchange(name)
            var body = recorded.requestBody
            if name == "error-422-immutable" {
                // A precondition of another cluster would be the first thing to fail.
                body?["metadata"]?["resourceVersion"] = nil
                body?["metadata"]?["uid"] = nil
            }
            if name == "error-409-conflict" { body?["metadata"]?["uid"] = nil }
            let answer = try await server.request(
                recorded.method,
                recorded.path,
                text: body.map { $0.string ?? $0.text() },
                headers: recorded.headers
            )
            #expect(answer.status == recorded.status)
            #expect(answer.contentType == recorded.contentType)
            #expect(stable(answer.json) == stable(recorded.body))
        }
    }

    @Test("who owns which field is recorded as Kubernetes records it")
    func managedFields() async throws {
        try await TestServer.run { server in
            try await prepare(server)
            let recorded = KubernetesObject(try Recordings.exchange("get-deployment").body)
            let path = "/apis/apps/v1/namespaces/\(Self.namespace)/deployments/\(Self.name)"
            let answer = KubernetesObject(try await server.request("GET", path).json)
            func fields(_ object: KubernetesObject, _ manager: String) -> JSON? {
                object["metadata", "managedFields"]?.array?.first {
                    $0["manager"]?.string == manager && $0["subresource"] != "scale"
                }?["fieldsV1"]
            }
            for manager in ["kubectl-client-side-apply", "kubectl"] {
                #expect(fields(answer, manager) == fields(recorded, manager), "\(manager)")
            }
            #expect(
                fields(answer, "kube-controller-manager")?["f:status"]
                    == fields(recorded, "kube-controller-manager")?["f:status"]
            )
            let created = try Recordings.exchange("apply-create")
            let applied = try await server.request(
                created.method,
                created.path,
                text: created.requestBody?.text(),
                headers: created.headers
            )
            #expect(
                applied.json[path: "metadata", "managedFields"]?[0]?["fieldsV1"]
                    == created.body[path: "metadata", "managedFields"]?[0]?["fieldsV1"]
            )
        }
    }

    @Test(
        "tables have the recorded columns",
        arguments: [
            "table-deployments", "table-events", "table-namespaces", "table-pods", "table-replicasets",
            "table-services",
        ]
    )
    func tables(name: String) async throws {
        try await TestServer.run { server in
            _ = try await server.store.create(KubernetesObject(.namespace, name: Self.namespace))
            let recorded = try Recordings.exchange(name)
            let answer = try await server.request(recorded.method, recorded.path, text: nil, headers: recorded.headers)
            func columns(_ json: JSON) -> [[JSON?]] {
                (json["columnDefinitions"]?.array ?? []).map { [$0["name"], $0["type"], $0["format"], $0["priority"]] }
            }
            #expect(columns(answer.json) == columns(recorded.body))
            #expect(answer.json["kind"] == recorded.body["kind"])
            #expect(answer.json["apiVersion"] == recorded.body["apiVersion"])
        }
    }

    @Test("the rows of recorded rollouts are what kubectl printed")
    func rows() throws {
        let now = try #require(KubernetesTime.parse("2026-11-23T11:21:15Z"))
        let pods = KubernetesObject(try Recordings.exchange("list-pods-selector").body["items"]?[0] ?? .null)
        let table = TableBuilder(now: now.addingTimeInterval(60)).table([pods], of: .pod, version: "v1", include: .none)
        #expect(
            table["rows"]?[0]?["cells"] == [
                "episodic-memory-api-74fd4548fb-h5jkt", "1/1", "Running", "0", "58s", "10.244.0.43", "node1", "<none>",
                "<none>",
            ]
        )
        let deployment = KubernetesObject(try Recordings.exchange("get-deployment").body)
        let row = TableBuilder(now: now).table([deployment], of: .deployment, version: "v1", include: .none)
        #expect(
            row["rows"]?[0]?["cells"]
                == (try Recordings.exchange("table-deployments").body["rows"]?[0]?["cells"])
        )
    }

    @Test("discovery names the recorded resources that are served, in the recorded form")
    func discovery() async throws {
        try await TestServer.run { server in
            for name in [
                "discovery-core-v1", "discovery-apps-v1", "discovery-coordination-v1", "discovery-endpointslice-v1",
            ] {
                let recorded = try Recordings.exchange(name)
                let answer = try await server.request(recorded.method, recorded.path)
                #expect(answer.status == 200)
                let entries = Dictionary(
                    uniqueKeysWithValues: (recorded.body["resources"]?.array ?? []).map {
                        ($0["name"]?.string ?? "", $0)
                    }
                )
                for entry in answer.json["resources"]?.array ?? [] {
                    var expected = try #require(entries[entry["name"]?.string ?? ""], "\(entry)")
                    expected["storageVersionHash"] = nil
                    #expect(entry == expected)
                }
            }
            let recorded = try Recordings.exchange("discovery-aggregated-api")
            let answer = try await server.request(recorded.method, recorded.path, headers: recorded.headers)
            #expect(answer.contentType == recorded.contentType)
            func resources(_ json: JSON) -> [String: JSON] {
                let list = json["items"]?[0]?["versions"]?[0]?["resources"]?.array ?? []
                return Dictionary(list.map { ($0["resource"]?.string ?? "", $0) }) { first, _ in first }
            }
            let expected = resources(recorded.body)
            for (name, entry) in resources(answer.json) {
                for key in ["resource", "scope", "singularResource", "verbs", "shortNames", "categories"] {
                    #expect(entry[key] == expected[name]?[key], "\(name) \(key)")
                }
            }
        }
    }
}

/// The recordings beside the repository.
enum Recordings {
    struct Exchange: Sendable {
        let method: String
        let path: String
        let headers: [String: String]
        let requestBody: JSON?
        let status: Int
        let contentType: String
        let body: JSON
    }

    static let directory: URL = {
        if let shared = ProcessInfo.processInfo.environment["SLIPWAY_SHARED"], !shared.isEmpty {
            return URL(filePath: shared).appending(path: "kubernetes-recordings")
        }
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return root.deletingLastPathComponent().appending(path: "shared/kubernetes-recordings")
    }()

    static var isPresent: Bool { FileManager.default.fileExists(atPath: directory.appending(path: "api").path) }

    static func exchange(_ name: String) throws -> Exchange {
        let json = try JSON(parsing: Data(contentsOf: directory.appending(path: "api/\(name).json")))
        let request = json["request"] ?? .null
        return Exchange(
            method: request["method"]?.string ?? "GET",
            path: request["path"]?.string ?? "/",
            headers: (request["headers"]?.object ?? [:]).compactMapValues(\.string),
            requestBody: request["body"].flatMap { $0.isNull ? nil : $0 },
            status: json["status"]?.int ?? 0,
            contentType: json["contentType"]?.string ?? "",
            body: json["body"] ?? .null
        )
    }
}
