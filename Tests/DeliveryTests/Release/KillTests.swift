import Core
import Foundation
import Kubernetes
import Testing

@testable import Delivery

/// A release is killed before and after each of its writes, and the same command is given again: it must end with the
/// new version everywhere or the old one everywhere, and with the record saying which.
struct KillTests {
    struct Scenario: Sendable, CustomTestStringConvertible, CustomStringConvertible {
        let name: String
        let behaviour: SimulatedCluster.Behaviour
        /// What runs in the end.
        let endsWith: Int
        let states: Set<ReleaseState>
        /// Whether users may meet the new version at all.
        var isServed = true
        var course = Course.rolling

        var description: String { testDescription }
        var testDescription: String { "\(course.rawValue): \(name)" }

        func by(_ course: Course) -> Scenario {
            var scenario = self
            scenario.course = course
            return scenario
        }
    }

    /// A strategy, and what the environment was before.
    enum Course: String, CaseIterable {
        case rolling
        case firstBlueGreen = "blue-green after rolling"
        case secondBlueGreen = "blue-green after blue-green"
        case thirdBlueGreen = "blue-green back to the first slot"
        case canary

        var strategy: Strategy {
            switch self {
            case .rolling: .rolling
            case .firstBlueGreen, .secondBlueGreen, .thirdBlueGreen: .blueGreen(BlueGreenRule(keepOld: 60))
            case .canary: .canary(CanaryRule(steps: [CanaryStep(.share(0.1)), CanaryStep(.share(0.5))]))
            }
        }

        /// What was released before, by the same strategy unless that is to be the first time.
        var history: [Int] {
            switch self {
            case .thirdBlueGreen: [9, 1]
            case .rolling, .firstBlueGreen, .secondBlueGreen, .canary: [1]
            }
        }

        var isBlueGreen: Bool { self != .rolling && self != .canary }
    }

    static let scenarios = [
        Scenario(name: "a good version", behaviour: .init(), endsWith: 2, states: [.verified]),
        Scenario(
            name: "a version that cannot start",
            behaviour: .init(isReady: false, waiting: ("ErrImageNeverPull", "not present")),
            endsWith: 1,
            states: [.rolledBack],
            isServed: false
        ),
        Scenario(
            name: "a version that fails its checks",
            behaviour: .init(status: 500),
            endsWith: 1,
            states: [.rolledBack]
        ),
        Scenario(
            name: "a version with errors",
            behaviour: .init(errors: 2),
            endsWith: 1,
            states: [.rolledBack]
        ),
    ]

    static let courses = Course.allCases.flatMap { course in scenarios.map { $0.by(course) } }

    private func prepared(_ scenario: Scenario) async throws -> ReleaseFixture {
        var fixture = try ReleaseFixture()
        if scenario.course != .firstBlueGreen { fixture.environment.strategy = scenario.course.strategy }
        for version in scenario.course.history { try await fixture.release(version) }
        fixture.environment.strategy = scenario.course.strategy
        fixture.cluster.setBehaviour("localhost/api@sha256:2", scenario.behaviour)
        fixture.cluster.revive()
        return fixture
    }

    /// How many writes the release makes when nobody kills it.
    private func writes(of scenario: Scenario) async throws -> Int {
        let fixture = try await prepared(scenario)
        _ = try await fixture.release(2)
        try await expectEnd(of: fixture, scenario, "not killed")
        return fixture.cluster.writes
    }

    @Test(arguments: courses)
    func everyBoundary(_ scenario: Scenario) async throws {
        let count = try await writes(of: scenario)
        #expect(count >= 8)
        for number in 1...count {
            for death in [SimulatedCluster.Death.before(number), .after(number)] {
                let fixture = try await prepared(scenario)
                fixture.cluster.revive(death)
                await #expect(throws: SimulatedCluster.Killed.self) { try await fixture.release(2) }
                expectServed(by: fixture, scenario, "\(death)")
                fixture.cluster.revive()
                fixture.reporter.clear()
                _ = try await fixture.release(2)
                try await expectEnd(of: fixture, scenario, "\(death)")
            }
        }
        print("killed at \(2 * count) boundaries (\(count) writes), each resumed to one version: \(scenario)")
    }

    /// Killed, and then asked to go back.
    @Test(arguments: Course.allCases)
    func everyBoundaryLeadsBackToo(_ course: Course) async throws {
        let scenario = Self.scenarios[0].by(course)
        for number in 2...(try await writes(of: scenario)) {
            let fixture = try await prepared(scenario)
            fixture.cluster.revive(.after(number))
            _ = try? await fixture.release(2)
            fixture.cluster.revive()
            guard let undone = try await Releaser(fixture.context).undoUnfinished(wait: 0, why: "asked") else {
                // The last write but the tidying up of records.
                #expect(fixture.deployedImage == "localhost/api@sha256:2", "after \(number)")
                continue
            }
            #expect([.rolledBack, .failed].contains(undone.result), "after \(number)")
            var back = scenario
            back = Scenario(name: back.name, behaviour: back.behaviour, endsWith: 1, states: [.rolledBack, .failed])
            try await expectEnd(of: fixture, back.by(course), "after \(number), then back")
        }
    }

    /// Killed, and killed again while recovering.
    @Test(arguments: courses)
    func everyBoundaryOfTheRecovery(_ scenario: Scenario) async throws {
        let count = try await writes(of: scenario)
        for number in stride(from: 3, through: count, by: 3) {
            for second in 1...3 {
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
        #expect(fixture.cluster.served.last == [end], "\(when)")
        #expect(fixture.cluster.object(.deployment, "api-canary") == nil, "\(when)")
        let selector = fixture.cluster.object(.service, "api")?["spec", "selector"]
        #expect(selector?[LabelName.podTemplateHash] == nil, "\(when)")
        let records = try await fixture.records()
        #expect(records.allSatisfy { $0.state.isFinished }, "\(when): \(records.map(\.state))")
        #expect(scenario.states.contains(records.first?.state ?? .failed), "\(when): \(records.map(\.state))")
        expectServed(by: fixture, scenario, when)
    }

    /// What users met while it went on: always somebody, in a blue-green release never two versions at once, and never
    /// a version that does not start.
    private func expectServed(by fixture: ReleaseFixture, _ scenario: Scenario, _ when: String) {
        let served = fixture.cluster.served
        #expect(served.allSatisfy { !$0.isEmpty }, "\(when): \(served)")
        if scenario.course.isBlueGreen { #expect(served.allSatisfy { $0.count == 1 }, "\(when): \(served)") }
        if !scenario.isServed {
            #expect(served.allSatisfy { $0 == ["localhost/api@sha256:1"] }, "\(when): \(served)")
        }
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
