import AsyncHTTPClient
import Core
import Foundation
import Kubernetes
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import LocalCluster

@Suite("API: requests")
struct HTTPTests {
    @Test("only health and version answer without the token")
    func authentication() async throws {
        try await TestServer.run { server in
            for path in ["/livez", "/readyz", "/healthz"] {
                #expect(try await server.request("GET", path, token: nil).text == "ok")
            }
            #expect(try await server.request("GET", "/version", token: nil).json["major"] == "1")
            for token in [nil, Secret("wrong"), Secret("test-tokem"), Secret("")] {
                for path in ["/api", "/api/v1/pods", "/openapi/v3", "/nowhere"] {
                    let answer = try await server.request("GET", path, token: token)
                    #expect(answer.status == 401)
                    #expect(answer.json["reason"] == "Unauthorized")
                }
            }
        }
    }

    @Test("a certificate of the cluster's own authority is needed, and no other client certificate")
    func certificate() async throws {
        try await TestServer.run { server in
            let client = HTTPClient(eventLoopGroupProvider: .singleton)
            await #expect(throws: (any Error).self) {
                _ = try await client.execute(
                    HTTPClientRequest(url: "https://127.0.0.1:\(server.port)/version"),
                    timeout: .seconds(5)
                )
            }
            try await client.shutdown()
            for file in ["server.key", "kubeconfig"] {
                let attributes = try FileManager.default.attributesOfItem(
                    atPath: server.directory.appending(path: file).path
                )
                #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
            }
        }
    }

    @Test("lists are paged, and all pages are of one state")
    func paging() async throws {
        try await TestServer.run { server in
            for number in 0..<7 { try await server.store.create(StoreFixtures.configMap("c\(number)")) }
            let path = "/api/v1/namespaces/default/configmaps?limit=3"
            let first = try await server.request("GET", path)
            #expect(first.json["items"]?.array?.count == 3)
            #expect(first.json[path: "metadata", "remainingItemCount"] == 4)
            let version = first.json[path: "metadata", "resourceVersion"]
            try await server.store.delete(.configMap, namespace: "default", name: "c5")
            try await server.store.create(StoreFixtures.configMap("c55"))
            var names: [String] = []
            var page = first
            while true {
                names += page.json["items"]?.array?.compactMap { $0[path: "metadata", "name"]?.string } ?? []
                #expect(page.json[path: "metadata", "resourceVersion"] == version)
                guard let token = page.json[path: "metadata", "continue"]?.string else { break }
                page = try await server.request("GET", path + "&continue=\(token)")
            }
            #expect(names == (0..<7).map { "c\($0)" })
            let broken = try await server.request("GET", path + "&continue=%25%25")
            #expect(broken.status == 400)
        }
    }

    @Test("a page of a state that is forgotten is 410")
    func pagingTooLate() async throws {
        try await TestServer.run({ $0.historyLimit = 10 }) { server in
            for number in 0..<5 { try await server.store.create(StoreFixtures.configMap("c\(number)")) }
            let path = "/api/v1/namespaces/default/configmaps?limit=2"
            let token = try await server.request("GET", path).json[path: "metadata", "continue"]?.string ?? ""
            for number in 0..<30 { try await server.store.create(StoreFixtures.configMap("d\(number)")) }
            let late = try await server.request("GET", path + "&continue=\(token)")
            #expect(late.status == 410)
            #expect(late.json["reason"] == "Expired")
        }
    }

    @Test("selectors pick by labels and fields, and unknown fields are refused")
    func selectors() async throws {
        try await TestServer.run { server in
            try await server.store.create(StoreFixtures.pod("a", node: "n", labels: ["app": "web", "tier": "x"]))
            try await server.store.create(StoreFixtures.pod("b", labels: ["app": "db"]))
            func names(_ query: String) async throws -> [String] {
                let answer = try await server.request("GET", "/api/v1/pods?\(query)")
                return answer.json["items"]?.array?.compactMap { $0[path: "metadata", "name"]?.string } ?? []
            }
            #expect(try await names("labelSelector=app%3Dweb") == ["a"])
            #expect(try await names("labelSelector=app+in+(web,db),tier!%3Dx") == ["b"])
            #expect(try await names("labelSelector=!tier") == ["b"])
            #expect(try await names("fieldSelector=spec.nodeName%3Dn") == ["a"])
            #expect(try await names("fieldSelector=metadata.name%3Db") == ["b"])
            #expect(try await server.request("GET", "/api/v1/pods?fieldSelector=spec.color%3Dred").status == 400)
            #expect(try await server.request("GET", "/api/v1/pods?labelSelector=%3D%3D").status == 400)
        }
    }

    @Test("a body that is too large is 413, one that is no JSON 400, one of an unknown type 415")
    func bodies() async throws {
        try await TestServer.run { server in
            let path = "/api/v1/namespaces/default/configmaps"
            let large = StoreFixtures.configMap("c", ["a": String(repeating: "x", count: 4_194_304)])
            #expect(try await server.request("POST", path, body: large.json).status == 413)
            #expect(try await server.request("POST", path, text: "{").status == 400)
            let odd = try await server.request("POST", path, text: "x", headers: ["Content-Type": "text/css"])
            #expect(odd.status == 415)
            let wrong = try await server.request("POST", path, body: ["kind": "Pod", "apiVersion": "v1"])
            #expect(wrong.status == 400)
            let type = try await server.request(
                "POST",
                "/apis/apps/v1/namespaces/default/deployments",
                body: ["spec": ["replicas": "three"]]
            )
            #expect(type.status == 400)
            #expect(
                type.json["message"]?.string
                    == "Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal string "
                    + "into Go struct field DeploymentSpec.spec.replicas of type int32"
            )
            let yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y}\ndata: {a: b}\n"
            let created = try await server.request(
                "POST",
                path,
                text: yaml,
                headers: ["Content-Type": "application/yaml"]
            )
            #expect(created.status == 201)
        }
    }

    @Test("an unknown field is dropped with a warning, or without one, or refused")
    func fieldValidation() async throws {
        try await TestServer.run { server in
            let path = "/api/v1/namespaces/default/configmaps"
            for (name, query, status, warns) in [
                ("a", "", 201, true), ("b", "?fieldValidation=Warn", 201, true),
                ("c", "?fieldValidation=Ignore", 201, false), ("d", "?fieldValidation=Strict", 400, false),
            ] {
                let body: JSON = ["metadata": ["name": .string(name)], "odd": 1, "data": ["a": "b"]]
                let answer = try await server.request("POST", path + query, body: body)
                #expect(answer.status == status)
                #expect(answer.headers["warning"] == (warns ? "299 - \"unknown field \\\"odd\\\"\"" : nil))
                #expect(answer.json["odd"] == nil)
            }
        }
    }

    @Test("watches resume, tell 410 in the stream, send bookmarks and initial events")
    func watches() async throws {
        try await TestServer.run({ $0.historyLimit = 20 }) { server in
            let object = try await server.store.create(StoreFixtures.configMap("a"))
            let version = object.resourceVersion ?? ""
            try await server.store.create(StoreFixtures.configMap("b"))
            let path = "/api/v1/namespaces/default/configmaps?watch=1&timeoutSeconds=1"
            func events(_ query: String) async throws -> [JSON] {
                let answer = try await server.request("GET", path + query)
                #expect(answer.status == 200)
                return try answer.text.split(separator: "\n").map { try JSON(parsing: String($0)) }
            }
            func kinds(_ events: [JSON]) -> [String] {
                events.map { "\($0["type"]?.string ?? "") \($0[path: "object", "metadata", "name"]?.string ?? "")" }
            }
            #expect(kinds(try await events("&resourceVersion=\(version)")) == ["ADDED b"])
            #expect(kinds(try await events("")) == ["ADDED a", "ADDED b"])
            let list = try await events(
                "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
            )
            // A last bookmark comes when the time is over.
            #expect(list.map { $0["type"]?.string } == ["ADDED", "ADDED", "BOOKMARK", "BOOKMARK"])
            #expect(
                list[2][path: "object", "metadata", "annotations"] == ["k8s.io/initial-events-end": "true"]
            )
            for number in 0..<40 { try await server.store.create(StoreFixtures.configMap("d\(number)")) }
            let expired = try await events("&resourceVersion=\(version)")
            #expect(expired.first?["type"] == "ERROR")
            #expect(expired.first?[path: "object", "code"] == 410)
            #expect(expired.first?[path: "object", "reason"] == "Expired")
            let table = try await server.request(
                "GET",
                path,
                headers: ["Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"]
            )
            let first = try JSON(parsing: String(table.text.split(separator: "\n")[0]))
            #expect(first[path: "object", "kind"] == "Table")
        }
    }

    @Test("a collection is deleted by selector")
    func deleteCollection() async throws {
        try await TestServer.run { server in
            for name in ["a", "b", "c"] {
                var object = StoreFixtures.configMap(name)
                if name != "c" { object.labels = ["app": "x"] }
                try await server.store.create(object)
            }
            let answer = try await server.request(
                "DELETE",
                "/api/v1/namespaces/default/configmaps?labelSelector=app%3Dx"
            )
            #expect(answer.json["kind"] == "ConfigMapList")
            #expect(answer.json["items"]?.array?.count == 2)
            #expect(await server.store.list(.configMap).items.map(\.name) == ["c"])
            #expect(try await server.request("DELETE", "/api/v1/namespaces").status == 405)
        }
    }

    @Test("events are served by both groups, in the form of each")
    func events() async throws {
        try await TestServer.run { server in
            let pod = try await server.store.create(StoreFixtures.pod("p"))
            await server.store.recordEvent(
                about: pod,
                reason: "Pulled",
                message: "there",
                source: EventSource("kubelet")
            )
            let newer = try await server.request("GET", "/apis/events.k8s.io/v1/namespaces/default/events")
            let event = newer.json["items"]?[0]
            #expect(newer.json["kind"] == "EventList")
            #expect(event?["note"] == "there")
            #expect(event?[path: "regarding", "name"] == "p")
            #expect(event?["involvedObject"] == nil)
            let body: JSON = [
                "metadata": ["name": "mine"], "regarding": ["kind": "Pod", "name": "p", "namespace": "default"],
                "note": "hello", "reason": "Test", "type": "Normal", "eventTime": "2026-11-23T11:00:00.000000Z",
                "reportingController": "me", "reportingInstance": "me-1", "action": "Testing",
            ]
            let created = try await server.request(
                "POST",
                "/apis/events.k8s.io/v1/namespaces/default/events",
                body: body
            )
            #expect(created.status == 201, "\(created.text)")
            let core = try await server.request("GET", "/api/v1/namespaces/default/events/mine")
            #expect(core.json["message"] == "hello")
            #expect(core.json[path: "involvedObject", "name"] == "p")
        }
    }

    @Test("paths that are not served and methods that are not allowed say so")
    func unknown() async throws {
        try await TestServer.run { server in
            for path in [
                "/", "/apis/nothing", "/apis/apps/v2/deployments", "/api/v1/gizmos", "/api/v1/pods/p",
                "/api/v1/namespaces/default/pods/p/exec", "/api/v1/namespaces/default/pods/p/log/more",
            ] { #expect(try await server.request("GET", path).status == 404, "\(path)") }
            #expect(try await server.request("POST", "/api/v1/namespaces/default/pods/p").status == 405)
            #expect(try await server.request("PUT", "/api/v1/namespaces/default/pods").status == 405)
            #expect(try await server.request("GET", "/api/v1/pods?limit=x").status == 400)
            let accept = try await server.request("GET", "/api/v1/pods", headers: ["Accept": "text/html"])
            #expect(accept.status == 406)
        }
    }
}
