import HTTPTypes
import Testing

@testable import EpisodicMemory

@Suite(.everyBackend) struct TenantTests {
    private static let adminKey = "an-admin-key-for-tests"

    private func service() throws -> TestService {
        var service = try TestService()
        service.configuration.accessKeys = AccessKeys(
            adminKey: Self.adminKey,
            serverKey: "a-server-key-for-tests-0123456789abc"
        )
        return service
    }

    private struct Tenant {
        let id: String
        let headers: HTTPFields
    }

    private static let admin: HTTPFields = [.authorization: "Bearer \(adminKey)"]

    private func tenant(_ client: TestService.Client, _ settings: JSONValue = [:]) async throws -> Tenant {
        let customer = try await client.post(
            "/api/v1/customers",
            .object([.init(name: "name", value: "a customer")] + (settings.objectValue ?? [])),
            headers: Self.admin
        )
        let id = try #require(customer.json["id"]?.stringValue)
        let key = try await client.post("/api/v1/customers/\(id)/keys", ["name": "ci"], headers: Self.admin)
        #expect(key.status == .created)
        let text = try #require(key.json["key"]?.stringValue)
        return Tenant(id: id, headers: [.authorization: "Bearer \(text)"])
    }

    private static let episode: JSONValue = ["goal": "the secret plan of alpha", "episode_type": "failure"]

    @Test func oneTenantSeesNothingOfAnother() async throws {
        try await service().run { client in
            let alpha = try await tenant(client)
            let beta = try await tenant(client)
            let captured = try await client.post("/api/v1/capture", Self.episode, headers: alpha.headers)
            let id = try #require(captured.json["id"]?.stringValue)
            let path = "/api/v1/episodes/\(id)"

            let found = try await client.post("/api/v1/search", ["goal": "secret plan"], headers: beta.headers)
            #expect(found.json["count"] == 0)
            let listed = try await client.get("/api/v1/episodes", headers: beta.headers)
            #expect(listed.json["count"] == 0)
            let paged = try await client.get(
                "/api/v1/episodes?cursor=ffffffff-ffff-7fff-bfff-ffffffffffff",
                headers: beta.headers
            )
            #expect(paged.json["count"] == 0)
            let stats = try await client.get("/api/v1/stats", headers: beta.headers)
            #expect(stats.json["episodes"]?["total"] == 0)
            let reflected = try await client.post(
                "/api/v1/reflect",
                ["goal": "the secret plan of alpha", "action": "anything"],
                headers: beta.headers
            )
            #expect(reflected.json["matched_failures"] == [])
            let read = try await client.get(path, headers: beta.headers)
            let invented = try await client.get("/api/v1/episodes/\(EpisodeID.make())", headers: beta.headers)
            #expect(read.status == .notFound)
            #expect(read.errorCode == invented.errorCode)
            let rated = try await client.post(path + "/feedback", ["helped": true], headers: beta.headers)
            #expect(rated.status == .notFound)
            #expect(try await client.send(.delete, path, headers: beta.headers).status == .notFound)
            let still = try await client.get(path, headers: alpha.headers)
            #expect(still.status == .ok)
            #expect(still.json["helped"] == 0)
        }
    }

    /// The weight of a word depends on how often it occurs: across tenants that would be a way to count.
    @Test func theScoresOfOneTenantDoNotMoveWithTheDataOfAnother() async throws {
        try await service().run { client in
            let alpha = try await tenant(client)
            let beta = try await tenant(client)
            for goal in ["rare word here", "other things", "more things"] {
                let body: JSONValue = ["goal": .string(goal), "episode_type": "failure"]
                _ = try await client.post("/api/v1/capture", body, headers: alpha.headers)
            }
            func score() async throws -> JSONValue? {
                let answer = try await client.post("/api/v1/search", ["goal": "rare"], headers: alpha.headers)
                return answer.json["episodes"]?.arrayValue?.first?["scores"]?["text"]
            }
            let before = try await score()
            for _ in 0..<20 {
                let body: JSONValue = ["goal": "rare rare rare", "episode_type": "failure"]
                _ = try await client.post("/api/v1/capture", body, headers: beta.headers)
            }
            #expect(try await score() == before)
            #expect(before != nil)
        }
    }

    @Test func idempotencyKeysOfTenantsDoNotMeet() async throws {
        try await service().run { client in
            let alpha = try await tenant(client)
            let beta = try await tenant(client)
            let body = JSONValue.object((Self.episode.objectValue ?? []) + [.init(name: "idempotency_key", value: "1")])
            let first = try await client.post("/api/v1/capture", body, headers: alpha.headers)
            let second = try await client.post("/api/v1/capture", body, headers: beta.headers)
            #expect(first.status == .created)
            #expect(second.status == .created)
            #expect(first.json["id"] != second.json["id"])
        }
    }

    @Test func withoutAValidKeyNothingIsServed() async throws {
        try await service().run { client in
            let alpha = try await tenant(client)
            let valid = try #require(alpha.headers[.authorization])
            let forged = String(valid.dropLast()) + (valid.hasSuffix("0") ? "1" : "0")
            let attempts: [HTTPFields] = [
                [:], [.authorization: forged], [.authorization: "Bearer "], [.authorization: "Basic abc"],
                [.apiKey: "em_live_0000000000000000_" + String(repeating: "0", count: 64)], Self.admin,
            ]
            for headers in attempts {
                let answer = try await client.post("/api/v1/search", ["goal": "x"], headers: headers)
                #expect(answer.status == .unauthorized)
                #expect(answer.headers[.wwwAuthenticate] == "Bearer")
            }
            for path in ["/api/v1/customers", "/api/v1/customers/\(alpha.id)", "/api/v1/customers/\(alpha.id)/keys"] {
                #expect(try await client.get(path, headers: alpha.headers).status == .unauthorized)
                #expect(try await client.get(path).status == .unauthorized)
            }
            #expect(try await client.get("/health").status == .ok)
            #expect(try await client.get("/metrics").status == .ok)
        }
    }

    @Test func aRevokedKeyStopsWorkingAndADeletedCustomerIsGone() async throws {
        try await service().run { client in
            let alpha = try await tenant(client)
            _ = try await client.post("/api/v1/capture", Self.episode, headers: alpha.headers)
            let path = "/api/v1/customers/\(alpha.id)"
            let keys = try await client.get(path + "/keys", headers: Self.admin)
            let key = try #require(keys.json["keys"]?.arrayValue?.first?["key_id"]?.stringValue)
            #expect(!keys.text.contains("secret") && !keys.text.contains("em_live_"))
            #expect(try await client.send(.delete, path + "/keys/\(key)", headers: Self.admin).status == .noContent)
            _ = try await eventually("the end of the key") {
                try await client.get("/api/v1/stats", headers: alpha.headers).status == .unauthorized ? true : nil
            }
            #expect(try await client.send(.delete, path, headers: Self.admin).status == .noContent)
            #expect(try await client.get(path, headers: Self.admin).status == .notFound)
        }
    }

    @Test func theQuotaWarnsAndEnds() async throws {
        try await service().run { client in
            let alpha = try await tenant(client, ["monthly_quota": 5])
            var warnings: [Bool] = []
            for _ in 0..<5 {
                let answer = try await client.get("/api/v1/stats", headers: alpha.headers)
                #expect(answer.status == .ok)
                warnings.append(answer.headers[.quotaWarning] != nil)
            }
            #expect(warnings == [false, false, false, true, true])
            let over = try await client.get("/api/v1/stats", headers: alpha.headers)
            #expect(over.status == .tooManyRequests)
            #expect(over.errorCode == "quota_exceeded")
            #expect(over.headers[.retryAfter].flatMap(Int.init) ?? 0 > 0)
        }
    }

    @Test func theRateIsLimitedForEachKey() async throws {
        try await service().run { client in
            let alpha = try await tenant(client, ["requests_per_minute": 3])
            let beta = try await tenant(client)
            for _ in 0..<3 { #expect(try await client.get("/api/v1/stats", headers: alpha.headers).status == .ok) }
            let over = try await client.get("/api/v1/stats", headers: alpha.headers)
            #expect(over.status == .tooManyRequests)
            #expect(over.headers[.retryAfter].flatMap(Int.init) ?? 0 > 0)
            #expect(try await client.get("/api/v1/stats", headers: beta.headers).status == .ok)
        }
    }

    @Test func customersAreListedInPages() async throws {
        try await service().run { client in
            var ids: [String] = []
            for _ in 0..<3 { ids.append(try await tenant(client).id) }
            let first = try await client.get("/api/v1/customers?limit=2", headers: Self.admin)
            let cursor = try #require(first.json["next_cursor"]?.stringValue)
            let second = try await client.get("/api/v1/customers?limit=2&cursor=\(cursor)", headers: Self.admin)
            let seen = [first, second].flatMap { $0.json["customers"]?.arrayValue ?? [] }
            #expect(Set(seen.compactMap { $0["id"]?.stringValue }) == Set(ids))
            #expect(second.json["next_cursor"] == nil)
        }
    }

    @Test func withoutKeysTheOperatorsPathsAreClosed() async throws {
        try await TestService().run { client in
            let answer = try await client.get("/api/v1/customers")
            #expect(answer.status == .forbidden)
            #expect(answer.errorCode == "admin_disabled")
        }
    }

    @Test func keysAreMadeOf256RandomBitsAndKeptAsMACOnly() throws {
        let key = APIKey.make()
        #expect(key.text.wholeMatch(of: /em_live_[0-9a-f]{16}_[0-9a-f]{64}/) != nil)
        #expect(APIKey(key.text)?.id == key.id)
        #expect(APIKey.make().text != key.text)
        let server = ServerKey("k")
        #expect(server.verifies(key.text, mac: server.mac(of: key.text)))
        #expect(!server.verifies(key.text, mac: ServerKey("other").mac(of: key.text)))
        #expect("\(server)" == "***")
    }

    @Test func theMonthEndsInUTC() throws {
        let time = try #require(Timestamp("2026-12-31T23:59:30Z"))
        #expect(QuotaMeter.secondsLeft(after: time) == 30)
        #expect(QuotaMeter.month(of: time) == 2026 * 12 + 11)
    }
}
