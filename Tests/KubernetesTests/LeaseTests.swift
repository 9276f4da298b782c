import Core
import Foundation
import Kubernetes
import NIOHTTP1
import Synchronization
import Testing

/// A server of one Lease, with resource versions and conflicts as the API has them.
final class LeaseServer: Sendable {
    private struct State {
        var lease: KubernetesObject?
        var version = 0
        var isBroken = false
    }

    private let state = Mutex(State())

    var lease: KubernetesObject? { state.withLock { $0.lease } }

    func breakDown() { state.withLock { $0.isBroken = true } }

    /// Somebody else writes.
    func overwrite(_ change: (inout KubernetesObject) -> Void) {
        state.withLock { state in
            guard var lease = state.lease else { return }
            change(&lease)
            state.version += 1
            lease.resourceVersion = String(state.version)
            state.lease = lease
        }
    }

    func answer(_ request: ReceivedRequest) -> TestResponse {
        state.withLock { state in
            if state.isBroken { return TestResponse(status: 0) }
            switch request.method {
            case .GET:
                guard let lease = state.lease else {
                    return .json(KubernetesStatusError.notFound(.lease, "lock").json, status: 404)
                }
                return .json(lease.json)
            case .POST where state.lease != nil:
                return .json(KubernetesStatusError.alreadyExists(.lease, "lock").json, status: 409)
            default:
                guard let json = request.json else { return .json([:], status: 400) }
                var object = KubernetesObject(json)
                if request.method == .PUT, object.resourceVersion != state.lease?.resourceVersion {
                    return .json(KubernetesStatusError.conflict(.lease, "lock").json, status: 409)
                }
                state.version += 1
                object.resourceVersion = String(state.version)
                state.lease = object
                return .json(object.json)
            }
        }
    }
}

/// Time that passes only while somebody sleeps, and then at once: these tests do not depend on a fast machine.
final class SleptTime: Sendable {
    private let instant = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { instant.withLock { $0 } }

    var time: MonotonicTime {
        MonotonicTime(
            now: { self.now },
            sleep: { duration in
                try Task.checkCancellation()
                self.instant.withLock { $0 += duration }
                await Task.yield()
            }
        )
    }
}

@Suite struct LeaseTests {
    private let clock = SleptTime()

    private func lock(_ client: KubernetesClient, _ holder: String) -> LeaseLock {
        LeaseLock(client, .init(namespace: "shop", name: "lock", holder: holder), time: clock.time)
    }

    @Test func oneHoldsItAndTheNextGetsAHigherNumber() async throws {
        let lease = LeaseServer()
        try await withClient({ lease.answer($0) }) { client, _ in
            let first = lock(client, "a")
            let second = lock(client, "b")
            let grant = try await first.acquire(patience: .zero)
            #expect(await first.isHeld)
            let held = await #expect(throws: LeaseLock.Held.self) { try await second.acquire(patience: .zero) }
            #expect(held?.holder == "a")
            try await first.release()
            let next = try await second.acquire(patience: .zero)
            #expect(next.fencingToken == grant.fencingToken + 1)
            #expect(LeaseView(try #require(lease.lease)).holder == "b")
        }
    }

    @Test func ofManyAtOnceOneGetsIt() async throws {
        let lease = LeaseServer()
        try await withClient({ lease.answer($0) }) { client, _ in
            let winners = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<8 {
                    group.addTask { (try? await lock(client, "h\(number)").acquire(patience: .zero)) != nil }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(winners == 1)
        }
    }

    @Test func anAbandonedLockIsTakenOnlyAfterItsWholeSilence() async throws {
        let lease = LeaseServer()
        try await withClient({ lease.answer($0) }) { client, _ in
            _ = try await lock(client, "dead").acquire(patience: .zero)
            // The times written in it say nothing: clocks differ.
            lease.overwrite { $0["spec", "renewTime"] = "2001-01-01T00:00:00.000000Z" }
            let heir = lock(client, "heir")
            await #expect(throws: LeaseLock.Held.self) { try await heir.acquire(patience: .seconds(5)) }
            let start = clock.now
            let grant = try await lock(client, "other").acquire(patience: .seconds(60))
            #expect(clock.now - start >= .seconds(15))
            #expect(grant.fencingToken == 1)
        }
    }

    @Test func itIsKeptAliveWhileTheWorkRuns() async throws {
        let lease = LeaseServer()
        try await withClient({ lease.answer($0) }) { client, _ in
            let held = lock(client, "a")
            _ = try await held.acquire(patience: .zero)
            let before = lease.lease?.resourceVersion
            let result = try await held.whileHeld { () async throws -> Int in
                while lease.lease?.resourceVersion == before { try await Task.sleep(for: .milliseconds(5)) }
                return 7
            }
            #expect(result == 7)
            #expect(await held.isHeld)
        }
    }

    @Test func whoLosesItIsStopped() async throws {
        let lease = LeaseServer()
        try await withClient({ lease.answer($0) }) { client, _ in
            let held = lock(client, "a")
            _ = try await held.acquire(patience: .zero)
            lease.overwrite {
                $0["spec", "holderIdentity"] = "thief"
                $0["spec", "leaseTransitions"] = 5
            }
            let lost = await #expect(throws: LeaseLock.Lost.self) {
                try await held.whileHeld { try await Task.sleep(for: .seconds(30)) }
            }
            #expect(lost?.why.contains("thief") == true)
            try await held.release()
            #expect(LeaseView(try #require(lease.lease)).holder == "thief", "a lost lock is not given back")
        }
    }

    @Test func whoCannotRenewStopsBeforeTheLockExpires() async throws {
        let lease = LeaseServer()
        try await withClient({ lease.answer($0) }) { client, _ in
            let held = lock(client, "a")
            let start = clock.now
            _ = try await held.acquire(patience: .zero)
            lease.breakDown()
            await #expect(throws: LeaseLock.Lost.self) {
                try await held.whileHeld { try await Task.sleep(for: .seconds(30)) }
            }
            #expect(clock.now - start < .seconds(15))
        }
    }

    @Test func aLostAnswerIsNoLostLock() async throws {
        let lease = LeaseServer()
        try await withClient({ lease.answer($0) }) { client, _ in
            let held = lock(client, "a")
            _ = try await held.acquire(patience: .zero)
            // Our own write arrived and its answer did not: the version has moved under us.
            lease.overwrite { _ in }
            let version = lease.lease?.resourceVersion
            try await held.whileHeld {
                while lease.lease?.resourceVersion == version { try await Task.sleep(for: .milliseconds(5)) }
            }
            #expect(await held.isHeld)
        }
    }
}
