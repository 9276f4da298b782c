import Core
import Foundation
import Kubernetes
import Testing

@testable import LocalCluster

@Suite("API: server-side apply")
struct ServerSideApplyTests {
    private func object(_ content: JSON) -> KubernetesObject {
        var object = KubernetesObject(content)
        object.apiVersion = "apps/v1"
        object.kind = "Deployment"
        object.name = "web"
        object.namespace = "default"
        return object
    }

    private static func spec(replicas: Int? = nil, containers: [JSON]) -> JSON {
        var spec: JSON = [
            "selector": ["matchLabels": ["app": "web"]],
            "template": ["metadata": ["labels": ["app": "web"]], "spec": ["containers": .array(containers)]],
        ]
        spec["replicas"] = replicas.map { .int(Int64($0)) }
        return ["spec": spec]
    }

    @discardableResult
    private func apply(
        _ store: ObjectStore,
        _ content: JSON,
        by manager: ManagerName,
        force: Bool = false
    ) async throws -> KubernetesObject {
        try await store.apply(object(content), force: force, options: WriteOptions(manager: manager)).object
    }

    /// One row of the conflict table: what a second manager applies over what the first has applied.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let second: JSON
        /// The fields in conflict, in order; empty where there is none.
        let conflicts: [String]
    }

    static let cases: [Case] = [
        Case(
            testDescription: "the same value is shared",
            second: spec(replicas: 2, containers: [["name": "web", "image": "i:1"]]),
            conflicts: []
        ),
        Case(
            testDescription: "another value of a scalar",
            second: ["spec": ["replicas": 3]],
            conflicts: [".spec.replicas"]
        ),
        Case(
            testDescription: "a field nobody has set",
            second: ["spec": ["minReadySeconds": 5]],
            conflicts: []
        ),
        Case(
            testDescription: "a default that nobody owns",
            second: ["spec": ["revisionHistoryLimit": 3]],
            conflicts: []
        ),
        Case(
            testDescription: "another item of a keyed list",
            second: ["spec": ["template": ["spec": ["containers": [["name": "side", "image": "i:1"]]]]]],
            conflicts: []
        ),
        Case(
            testDescription: "a field of an owned item",
            second: ["spec": ["template": ["spec": ["containers": [["name": "web", "image": "i:2"]]]]]],
            conflicts: [".spec.template.spec.containers[name=\"web\"].image"]
        ),
        Case(
            testDescription: "a further field of an owned item",
            second: [
                "spec": [
                    "template": ["spec": ["containers": [["name": "web", "env": [["name": "A", "value": "1"]]]]]]
                ]
            ],
            conflicts: []
        ),
        Case(
            testDescription: "an item by two keys",
            second: [
                "spec": [
                    "template": [
                        "spec": ["containers": [["name": "web", "ports": [["containerPort": 80, "name": "other"]]]]]
                    ]
                ]
            ],
            conflicts: [
                ".spec.template.spec.containers[name=\"web\"].ports[containerPort=80,protocol=\"TCP\"].name"
            ]
        ),
        Case(
            testDescription: "an atomic structure",
            second: ["spec": ["selector": ["matchLabels": ["app": "other"]]]],
            conflicts: [".spec.selector"]
        ),
        Case(
            testDescription: "a key of a shared map",
            second: ["metadata": ["labels": ["team": "b", "new": "x"]]],
            conflicts: [".metadata.labels.team"]
        ),
        Case(
            testDescription: "several at once",
            second: ["spec": ["replicas": 9, "paused": true], "metadata": ["labels": ["team": "b"]]],
            conflicts: [".metadata.labels.team", ".spec.replicas"]
        ),
    ]

    @Test("conflicts", arguments: cases)
    func conflicts(row: Case) async throws {
        let store = try await StoreFixtures.store()
        var first = Self.spec(
            replicas: 2,
            containers: [["name": "web", "image": "i:1", "ports": [["containerPort": 80, "name": "http"]]]]
        )
        first["metadata"] = ["labels": ["team": "a"]]
        try await apply(store, first, by: "first")
        let error = await statusError { try await apply(store, row.second, by: "second") }
        #expect(error?.managerConflicts.map(\.field) ?? [] == row.conflicts)
        if !row.conflicts.isEmpty {
            #expect(error?.code == 409)
            #expect(error?.managerConflicts.first?.message == "conflict with \"first\"")
            // The selector stays immutable for whoever owns it.
            guard row.conflicts != [".spec.selector"] else { return }
            try await apply(store, row.second, by: "second", force: true)
            // Who lost a field by force is in conflict now.
            let back = await statusError { try await apply(store, first, by: "first") }
            #expect(back?.managerConflicts.map(\.field) == row.conflicts)
        }
    }

    @Test("what is applied no longer is removed, unless somebody else owns it")
    func removal() async throws {
        let store = try await StoreFixtures.store()
        let env: JSON = [["name": "A", "value": "1"], ["name": "B", "value": "2"]]
        try await apply(
            store,
            Self.spec(replicas: 2, containers: [["name": "web", "image": "i:1", "env": env]]),
            by: "first"
        )
        try await apply(
            store,
            ["spec": ["template": ["spec": ["containers": [["name": "web", "env": [["name": "B", "value": "2"]]]]]]]],
            by: "second"
        )
        let object = try await apply(
            store,
            Self.spec(containers: [["name": "web", "image": "i:1"]]),
            by: "first"
        )
        let container = object["spec", "template", "spec", "containers"]?[0]
        // A was only the first's; B the second still states; replicas fell back to the default.
        #expect(container?["env"] == [["name": "B", "value": "2"]])
        #expect(object["spec", "replicas"] == 1)
        let last = try await apply(
            store,
            ["spec": ["template": ["spec": ["containers": [["name": "web"]]]]]],
            by: "second"
        )
        #expect(last["spec", "template", "spec", "containers"]?[0]?["env"] == nil)
        #expect(last["spec", "template", "spec", "containers"]?[0]?["image"] == "i:1")
    }

    @Test("an item that is applied no longer goes with all of its fields")
    func removalOfItem() async throws {
        let store = try await StoreFixtures.store()
        try await apply(
            store,
            Self.spec(containers: [["name": "web", "image": "i:1"], ["name": "side", "image": "s:1"]]),
            by: "first"
        )
        let object = try await apply(store, Self.spec(containers: [["name": "web", "image": "i:1"]]), by: "first")
        #expect(object["spec", "template", "spec", "containers"]?.array?.map { $0["name"] } == ["web"])
    }

    @Test("a plain update takes ownership, and an apply over it conflicts")
    func updates() async throws {
        let store = try await StoreFixtures.store()
        try await apply(store, Self.spec(replicas: 2, containers: [["name": "web", "image": "i:1"]]), by: "first")
        try await store.modify(
            .deployment,
            namespace: "default",
            name: "web",
            options: WriteOptions(manager: "autoscaler")
        ) { $0["spec", "replicas"] = 7 }
        let error = await statusError {
            try await apply(store, Self.spec(replicas: 2, containers: [["name": "web", "image": "i:1"]]), by: "first")
        }
        #expect(error?.managerConflicts.first?.message == "conflict with \"autoscaler\" using apps/v1")
        // Without an opinion on the number there is no conflict, and the number stays.
        let object = try await apply(store, Self.spec(containers: [["name": "web", "image": "i:1"]]), by: "first")
        #expect(object["spec", "replicas"] == 7)
    }

    @Test("applying the same again writes nothing")
    func idempotent() async throws {
        let clock = TestClock()
        let store = try await StoreFixtures.store(clock: clock)
        let content = Self.spec(replicas: 2, containers: [["name": "web", "image": "i:1"]])
        let first = try await apply(store, content, by: "first")
        clock.advance(60)
        #expect(try await apply(store, content, by: "first") == first)
    }

    @Test("new items are appended in the applier's order, items of others stay")
    func order() async throws {
        let store = try await StoreFixtures.store()
        try await apply(
            store,
            Self.spec(containers: [["name": "a", "image": "i:1"], ["name": "b", "image": "i:1"]]),
            by: "first"
        )
        let object = try await apply(
            store,
            [
                "spec": [
                    "template": [
                        "spec": ["containers": [["name": "x", "image": "i:1"], ["name": "b", "image": "i:1"]]]
                    ]
                ]
            ],
            by: "second"
        )
        let names = object["spec", "template", "spec", "containers"]?.array?.compactMap { $0["name"]?.string } ?? []
        #expect(Set(names) == ["a", "b", "x"])
        let (x, b) = (try #require(names.firstIndex(of: "x")), try #require(names.firstIndex(of: "b")))
        #expect(x < b)
    }

    @Test("the request needs a manager, a type, and known fields")
    func requests() async throws {
        try await TestServer.run { server in
            let path = "/api/v1/namespaces/default/configmaps/c"
            let apply = ["Content-Type": "application/apply-patch+yaml"]
            let body = "apiVersion: v1\nkind: ConfigMap\ndata: {a: '1'}\n"
            let missing = try await server.request("PATCH", path, text: body, headers: apply)
            #expect(missing.status == 422)
            #expect(
                missing.json["message"]
                    == "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch"
            )
            let created = try await server.request("PATCH", path + "?fieldManager=x", text: body, headers: apply)
            #expect(created.status == 201)
            let again = try await server.request("PATCH", path + "?fieldManager=x", text: body, headers: apply)
            #expect(again.status == 200)
            #expect(again.json == created.json)
            let unknown = try await server.request(
                "PATCH",
                path + "?fieldManager=x",
                text: body + "oddity: 1\n",
                headers: apply
            )
            #expect(unknown.status == 400)
            let forced = try await server.request(
                "PATCH",
                path + "?force=true",
                text: "{}",
                headers: ["Content-Type": "application/merge-patch+json"]
            )
            #expect(forced.status == 422)
            #expect(forced.json["message"]?.string?.contains("may not be specified for non-apply patch") == true)
        }
    }
}
