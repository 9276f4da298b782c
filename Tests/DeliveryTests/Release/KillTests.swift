import Core
import Foundation
import Kubernetes
import Testing

@testable import Delivery

/// A release is killed before and after each of its writes, and the same command is given again: it must end with the
/// new version everywhere or the old one everywhere, and with the record saying which.
struct KillTests {
    struct Scenario: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let behaviour: SimulatedCluster.Behaviour
        /// What runs in the end.
        let endsWith: Int
        let states: Set<ReleaseState>
    }

    static let scenarios = [
        Scenario(testDescription: "a good version", behaviour: .init(), endsWith: 2, states: [.verified]),
        Scenario(
            testDescription: "a version that cannot start",
            behaviour: .init(isReady: false, waiting: ("ErrImageNeverPull", "not present")),
            endsWith: 1,
            states: [.rolledBack]
        ),
        Scenario(
            testDescription: "a version that fails its checks",
            behaviour: .init(status: 500),
            endsWith: 1,
            states: [.rolledBack]
        ),
        Scenario(
            testDescription: "a version with errors",
            behaviour: .init(errors: 2),
            endsWith: 1,
            states: [.rolledBack]
        ),
    ]

    private func prepared(_ scenario: Scenario) async throws -> ReleaseFixture {
        let fixture = try ReleaseFixture()
        try await fixture.release(1)
        fixture.cluster.setBehaviour("localhost/api@sha256:2", scenario.behaviour)
        fixture.cluster.revive()
        return fixture
    }

    /// How many writes the release makes when nobody kills it.
    private func writes(of scenario: Scenario) async throws -> Int {
        let fixture = try await prepared(scenario)
        _ = try await fixture.release(2)
        return fixture.cluster.writes
    }

    @Test(arguments: scenarios)
    func everyBoundary(_ scenario: Scenario) async throws {
        let count = try await writes(of: scenario)
        #expect(count >= 8)
        for number in 1...count {
            for death in [SimulatedCluster.Death.before(number), .after(number)] {
                let fixture = try await prepared(scenario)
                fixture.cluster.revive(death)
                await #expect(throws: SimulatedCluster.Killed.self) { try await fixture.release(2) }
                fixture.cluster.revive()
                fixture.reporter.clear()
                _ = try await fixture.release(2)
                try await expectEnd(of: fixture, scenario, "\(death)")
            }
        }
    }

    /// Killed, and killed again while recovering.
    @Test(arguments: scenarios)
    func everyBoundaryOfTheRecovery(_ scenario: Scenario) async throws {
        let count = try await writes(of: scenario)
        for number in stride(from: 3, through: count, by: 2) {
            for second in 1...4 {
                let fixture = try await prepared(scenario)
                fixture.cluster.revive(.after(number))
                _ = try? await fixture.release(2)
                fixture.cluster.revive(.before(second))
                _ = try? await fixture.release(2)
                fixture.cluster.revive()
                _ = try await fixture.release(2)
                try await expectEnd(of: fixture, scenario, "after \(number), then before \(second)")
            }
        }
    }

    private func expectEnd(of fixture: ReleaseFixture, _ scenario: Scenario, _ when: String) async throws {
        let end = "localhost/api@sha256:\(scenario.endsWith)"
        #expect(fixture.deployedImage == end, "\(when)")
        #expect(fixture.settings == "\(scenario.endsWith)", "\(when)")
        #expect(fixture.runningImages == [end], "\(when)")
        let records = try await fixture.records()
        #expect(records.allSatisfy { $0.state.isFinished }, "\(when): \(records.map(\.state))")
        #expect(scenario.states.contains(records.first?.state ?? .failed), "\(when): \(records.map(\.state))")
    }

    @Test func theSameCommandSaysWhatItFound() async throws {
        let fixture = try await prepared(Self.scenarios[0])
        // create record, store payload, announce, write settings, save, write deployment
        fixture.cluster.revive(.after(6))
        await #expect(throws: SimulatedCluster.Killed.self) { try await fixture.release(2) }
        fixture.cluster.revive()
        fixture.reporter.clear()
        _ = try await fixture.release(2)
        let found = fixture.reporter.lines.first { $0.hasPrefix("Found release 2 (v2 (sha256:2)) by alice@here") }
        #expect(found?.hasSuffix("stopped while applying. Going on with it.") == true)
    }

    @Test func anotherImageUndoesTheUnfinishedReleaseFirst() async throws {
        let fixture = try await prepared(Self.scenarios[0])
        fixture.cluster.revive(.after(6))
        await #expect(throws: SimulatedCluster.Killed.self) { try await fixture.release(2) }
        fixture.cluster.revive()
        let outcome = try await fixture.release(3)
        #expect(outcome.result == .verified)
        let states = try await fixture.records().map(\.state)
        #expect(states == [.verified, .rolledBack, .verified])
        let third = try await fixture.context.ledger.payload(of: outcome.record)
        let before = third.writes.first { $0.reference.kind == "ConfigMap" }?.beforeObject
        #expect(before?["data", "version"] == "1")
    }

    @Test func otherManifestsUndoTheUnfinishedReleaseFirst() async throws {
        let fixture = try await prepared(Self.scenarios[0])
        fixture.cluster.revive(.after(6))
        await #expect(throws: SimulatedCluster.Killed.self) { try await fixture.release(2) }
        fixture.cluster.revive()
        var request = try fixture.request(2)
        for index in request.objects.indices where request.objects[index].kind == "ConfigMap" {
            request.objects[index]["data", "version"] = "2 corrected"
        }
        #expect(try await Releaser(fixture.context).release(request).result == .verified)
        #expect(try await fixture.records().map(\.state) == [.verified, .rolledBack, .verified])
        #expect(fixture.settings == "2 corrected")
    }

    @Test func goingBackUndoesTheUnfinishedRelease() async throws {
        let fixture = try await prepared(Self.scenarios[0])
        fixture.cluster.revive(.after(6))
        await #expect(throws: SimulatedCluster.Killed.self) { try await fixture.release(2) }
        fixture.cluster.revive()
        let outcome = try await Releaser(fixture.context).undoUnfinished(wait: 0, why: "alice asked to go back")
        #expect(outcome?.result == .rolledBack)
        #expect(fixture.settings == "1")
    }

    /// A process that was stopped, overtaken and revived cannot write: its record has moved on.
    @Test func aRevivedProcessIsFencedOff() async throws {
        let fixture = try await prepared(Self.scenarios[0])
        fixture.cluster.revive(.after(3))
        await #expect(throws: SimulatedCluster.Killed.self) { try await fixture.release(2) }
        fixture.cluster.revive()
        let stale = try #require(try await fixture.context.ledger.entries().first)
        _ = try await fixture.release(2)
        let payload = try await fixture.context.ledger.payload(of: stale.record)
        var run = ReleaseRun(context: fixture.context, entry: stale, payload: payload)
        let error = await #expect(throws: SlipwayError.self) { _ = try await run.proceed() }
        #expect(error?.exitCode == .waiting)
        #expect(error?.what == "Release 2 of test was taken over by another process")
    }
}
