import Foundation
import Testing

@testable import EpisodicMemory

/// A backup of any database is restored into any other, and says the same there.
@Suite(.heavy) struct PortableBackupTests {
    private struct Way: Sendable, CustomTestStringConvertible {
        let from: Backend
        let to: Backend

        var testDescription: String { "\(from) to \(to)" }

        static let all = Backend.available.flatMap { from in Backend.available.map { Way(from: from, to: $0) } }
    }

    /// Everything a client and an operator can see.
    private func contents(_ store: any EpisodeStorage) async throws -> [String] {
        var lines: [String] = []
        let customers = try await store.customers(limit: 100, after: nil)
        for tenant in [.single] + customers.map(\.tenant) {
            let page = try await store.episodes(EpisodeFilter(), PageRequest(limit: 100, cursor: nil), tenant: tenant)
            lines += page.episodes.map { "\(tenant) \($0)" }
            lines.append("\(try await store.statistics(tenant: tenant))")
            lines.append("\(try await store.requests(of: tenant, in: 24_000))")
        }
        for customer in customers {
            lines.append("\(customer)")
            for key in try await store.keys(of: customer) {
                let mac = try await store.keyHolder(key.id)?.mac.base64EncodedString()
                lines.append("\(key) \(mac ?? "revoked")")
            }
        }
        return lines
    }

    private func fill(_ store: any EpisodeStorage) async throws -> TenantID {
        let request = try CustomerRequest([.init(name: "name", value: "c"), .init(name: "monthly_quota", value: 9)])
        let customer = try await store.createCustomer(request)
        let key = try await store.createKey(named: "one", for: customer, serverKey: ServerKey("s"))
        _ = try await store.createKey(named: "two", for: customer, serverKey: ServerKey("s"))
        _ = try await store.revokeKey(key.id, of: customer)
        try await store.addRequests([(customer.tenant, 24_000, 5)])
        for tenant in [.single, customer.tenant] {
            for (index, type) in ["failure", "failure", "success"].enumerated() {
                let body: JSONValue = [
                    "goal": "calibrate the boiler", "episode_type": .string(type), "error_class": "Über\"Error",
                    "actions_taken": ["turn, it", "", "{off}"], "environment_info": ["a": [1, "b"]],
                    "tags": ["x"], "idempotency_key": .string("k\(index)"),
                ]
                _ = try await store.capture(CaptureRequest(body.objectValue ?? []), tenant: tenant)
            }
        }
        _ = try await store.consolidate(archiveAfter: nil, now: .now())
        let body: JSONValue = ["goal": "not yet consolidated", "episode_type": "failure", "idempotency_key": "last"]
        let last = try await store.capture(CaptureRequest(body.objectValue ?? []), tenant: .single)
        _ = try await store.recordFeedback(last.id, helped: true, tenant: .single)
        return customer.tenant
    }

    @Test(arguments: Way.all)
    private func everythingComesBack(way: Way) async throws {
        let directory = try TemporaryDirectory()
        let other = try TemporaryDirectory()
        let source = try await way.from.open(directory)
        let tenant = try await fill(source)
        let file = directory.path + "/copy.backup"
        try await source.backup(to: file)
        await #expect(throws: BackupError.self) { try await source.backup(to: file) }

        let target = try await way.to.open(other)
        let gone: JSONValue = ["goal": "will be replaced", "episode_type": "failure"]
        _ = try await target.capture(CaptureRequest(gone.objectValue ?? []), tenant: .single)
        try await target.restore(from: file)
        #expect(try await contents(target) == contents(source))

        // It can be searched by words and by vectors, goes on where it was, and knows the keys that were used.
        for goal in ["boiler calibration", "recalibrating boilers"] {
            #expect(try await target.search(SearchRequest(goal: goal), tenant: tenant).count == 2)
        }
        #expect(try await target.consolidate(archiveAfter: nil, now: .now() + 120_000)?.looked == 1)
        let again: JSONValue = ["goal": "not yet consolidated", "episode_type": "failure", "idempotency_key": "last"]
        #expect(try await !target.capture(CaptureRequest(again.objectValue ?? []), tenant: .single).isNew)
        let new: JSONValue = ["goal": "after the restore", "episode_type": "failure"]
        #expect(try await target.capture(CaptureRequest(new.objectValue ?? []), tenant: tenant).isNew)
        _ = try await target.createCustomer(CustomerRequest([.init(name: "name", value: "d")]))
    }

    @Test(arguments: Backend.available)
    func whatIsNoBackupChangesNothing(backend: Backend) async throws {
        let directory = try TemporaryDirectory()
        let store = try await backend.open(directory)
        _ = try await fill(store)
        let before = try await contents(store)
        let file = directory.path + "/wrong"
        try Data("no database".utf8).write(to: URL(fileURLWithPath: file))
        await #expect(throws: BackupError.self) { try await store.restore(from: file) }
        #expect(try await contents(store) == before)
    }
}

extension Timestamp {
    fileprivate static func + (time: Timestamp, milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds + milliseconds)
    }
}
