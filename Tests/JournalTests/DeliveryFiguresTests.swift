import Core
import Foundation
import Journal
import Testing

@Suite struct DeliveryFiguresTests {
    @Test func everyCommitBetweenTwoReleasesCountsAndEachOnce() async throws {
        let figures = try await figures(commits: ["a": 0, "b": 1, "c": 2, "d": 3]) { world in
            try await world.release("1", commit: "a", hour: 10)
            try await world.release("2", commit: "c", hour: 20)
            // Taken back and brought again: b and c arrived at hour 20.
            try await world.release("3", commit: "a", hour: 30, kind: "rollback")
            try await world.release("4", commit: "d", hour: 40)
        }
        // a: 10 − 0; b: 20 − 1; c: 20 − 2; d: 40 − 3 hours.
        #expect(figures.leadTime.samples == 4)
        #expect(abs((figures.leadTime.median ?? 0) - 18.5 * 3600) < 1e-3)
        #expect(figures.unknownChanges == 0)
    }

    @Test func aReleaseWithoutAKnownCommitIsToldAsUnknown() async throws {
        let figures = try await figures(commits: ["a": 0]) { world in
            try await world.release("1", commit: "a", hour: 1)
            try await world.release("2", commit: nil, hour: 2)
            // What it brought cannot be told either: what ran before is unknown.
            try await world.release("3", commit: "a", hour: 3)
            try await world.release("4", commit: "elsewhere", hour: 4)
        }
        #expect(figures.succeeded == 4)
        #expect(figures.unknownChanges == 3)
        #expect(figures.leadTime.samples == 1)
    }

    @Test func daysWithoutReleasesCountInTheFrequency() async throws {
        let figures = try await figures { world in
            for number in 1...6 { try await world.release("\(number)", commit: nil, hour: Double(number)) }
            try await world.release("staging", commit: nil, hour: 7, environment: "staging")
        }
        #expect(figures.succeeded == 6)
        #expect(abs(figures.deploymentsPerDay - 0.6) < 1e-9)
    }

    @Test func aReleaseFailsOnceHoweverOftenItIsTakenBack() async throws {
        let figures = try await figures { world in
            try await world.release("1", commit: nil, hour: 1)
            try await world.release("2", commit: nil, hour: 2)
            try await world.release("3", commit: nil, hour: 5, kind: "rollback")
            try await world.release("4", commit: nil, hour: 6, kind: "rollback")
            try await world.incident("i", openedHour: 3, closedHour: 4, deployment: "2")
        }
        #expect(figures.deployments == 2)
        #expect(figures.failed == ["2"])
        #expect(figures.changeFailureRate == 0.5)
        // From the first new pod of release 2 (a tenth of an hour before its end) to the end of the rollback.
        #expect(figures.timeToRestore.samples == 1)
        #expect(abs((figures.timeToRestore.median ?? 0) - 3.1 * 3600) < 1e-3)
    }

    @Test func whatWasTakenBackByItselfIsRestoredAtTheEndOfTheRelease() async throws {
        let figures = try await figures { world in
            try await world.release("1", commit: nil, hour: 1)
            try await world.release("2", commit: nil, hour: 2, state: "rolled-back")
            try await world.release("3", commit: nil, hour: 3, state: "failed")
            try await world.release("4", commit: nil, hour: 4, state: "watching")
        }
        #expect(figures.deployments == 2)
        #expect(figures.failed == ["2"])
        #expect(abs((figures.timeToRestore.median ?? 0) - 360) < 1e-3)
        #expect(figures.neverStarted == 1)
        #expect(figures.inProgress == 1)
    }

    @Test func aRollbackThatFailedIsOpenUntilSomethingIsVerifiedGood() async throws {
        let open = try await figures { world in
            try await world.release("1", commit: nil, hour: 1)
            try await world.release("2", commit: nil, hour: 2, state: "rollback-failed")
        }
        #expect(open.openFailures == 1)
        #expect(open.timeToRestore.samples == 0)
        let closed = try await figures { world in
            try await world.release("1", commit: nil, hour: 1)
            try await world.release("2", commit: nil, hour: 2, state: "rollback-failed")
            try await world.release("3", commit: nil, hour: 4)
        }
        #expect(closed.openFailures == 0)
        #expect(abs((closed.timeToRestore.median ?? 0) - 2.1 * 3600) < 1e-3)
    }

    @Test func anIncidentCountsAgainstWhatRanWhenItBegan() async throws {
        let figures = try await figures { world in
            try await world.release("1", commit: nil, hour: 1)
            try await world.release("2", commit: nil, hour: 5)
            try await world.incident("i", openedHour: 3, closedHour: nil)
        }
        #expect(figures.failed == ["1"])
        #expect(figures.openFailures == 1)
    }

    @Test func whatIsOutsideThePeriodDoesNotCountButIsKnown() async throws {
        let figures = try await figures(from: 15, commits: ["a": 0, "b": 12]) { world in
            try await world.release("1", commit: "a", hour: 10)
            try await world.release("2", commit: "b", hour: 20)
        }
        #expect(figures.succeeded == 1)
        #expect(figures.leadTime.samples == 1)
        #expect(abs((figures.leadTime.median ?? 0) - 8 * 3600) < 1e-3)
    }

    @Test func pipelinesAreJudgedByTheRunsThatCameToAVerdict() async throws {
        try await withJournal { journal in
            for (index, conclusion) in [RunRecord.Conclusion.success, .success, .failure, .cancelled].enumerated() {
                var run = RunRecord.figuresSample(id: "r\(index)")
                run.startedAt = World.start.addingTimeInterval(Double(index))
                run = try await journal.begin(run)
                run.status = .completed
                run.conclusion = conclusion
                run.endedAt = run.startedAt.addingTimeInterval(Double(100 * (index + 1)))
                try await journal.update(run)
            }
            let figures = try await journal.pipelineFigures(from: World.start, to: World.end)
            #expect(figures.map(\.file) == ["ci.yml"])
            let ci = try #require(figures.first)
            #expect((ci.succeeded, ci.failed, ci.cancelled) == (2, 1, 1))
            #expect(ci.successRate == 2.0 / 3)
            #expect(ci.duration.median == 150)
        }
    }

    @Test func anIncidentIsClosedOnceAndNotBeforeItBegan() async throws {
        try await withJournal { journal in
            let world = World(journal: journal)
            try await world.incident("one", openedHour: 3, closedHour: nil)
            await #expect(throws: SlipwayError.self) {
                try await journal.closeIncident("one", at: World.hour(2))
            }
            await #expect(throws: SlipwayError.self) { try await journal.closeIncident("", at: World.hour(4)) }
            #expect(try await journal.closeIncident("ne", at: World.hour(4)).closedAt == World.hour(4))
            await #expect(throws: SlipwayError.self) { try await journal.closeIncident("one", at: World.hour(5)) }
        }
    }

    /// The figures of the ten days after `World.start`, or from an hour of theirs on.
    private func figures(
        from hour: Double = 0,
        commits: [String: Double] = [:],
        _ fill: @Sendable (World) async throws -> Void
    ) async throws -> DeliveryFigures {
        try await withJournal { journal in
            try await fill(World(journal: journal))
            let reader = try await DeliveryFiguresReader(
                environment: "production",
                journal: journal,
                commits: LinearHistory(hours: commits)
            )
            return reader.figures(from: World.hour(hour), to: World.end)
        }
    }

    private func withJournal<Result>(_ body: (Journal) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "figures-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(Journal(at: folder.appending(path: "journal.sqlite")))
    }
}

/// Commits in one line, each at an hour of its own.
private struct LinearHistory: CommitHistory {
    let hours: [String: Double]

    func commits(after base: String?, upTo head: String) async throws -> [Commit]? {
        guard let end = hours[head] else { return nil }
        guard let base else { return [Commit(sha: head, committedAt: World.hour(end))] }
        guard let begin = hours[base] else { return nil }
        return hours.filter { begin < $0.value && $0.value <= end }
            .map { Commit(sha: $0.key, committedAt: World.hour($0.value)) }
    }
}

private struct World: Sendable {
    static let start = Date(timeIntervalSince1970: 1_700_000_000)
    static let end = start.addingTimeInterval(10 * 86_400)
    static func hour(_ hours: Double) -> Date { start.addingTimeInterval(hours * 3600) }

    let journal: Journal

    /// A release that ended at the hour, and whose first pod could get requests a tenth of an hour before.
    func release(
        _ id: String,
        commit: String?,
        hour: Double,
        kind: String = "release",
        state: String = "verified",
        environment: String = "production"
    ) async throws {
        var record = DeploymentRecord(
            id: id,
            environment: environment,
            namespace: environment,
            deployment: "api",
            number: 1,
            kind: kind,
            state: state,
            image: "i",
            digest: "d",
            user: "u",
            host: "h",
            startedAt: Self.hour(hour - 0.2),
            record: [:]
        )
        record.commitSha = commit
        record.servedAt = Self.hour(hour)
        record.endedAt = Self.hour(hour)
        let step = Journal.DeploymentStep(state: "rolling-out", at: Self.hour(hour - 0.1), data: [:])
        try await journal.save(record, steps: [step])
    }

    func incident(_ id: String, openedHour: Double, closedHour: Double?, deployment: String? = nil) async throws {
        var incident = IncidentRecord(
            id: id,
            environment: "production",
            deploymentId: deployment,
            reason: "slow",
            openedBy: "alice",
            openedAt: Self.hour(openedHour)
        )
        incident.closedAt = closedHour.map(Self.hour)
        try await journal.open(incident)
    }
}

extension RunRecord {
    fileprivate static func figuresSample(id: String) -> RunRecord {
        RunRecord(
            id: id,
            number: 0,
            workflow: "CI",
            file: "ci.yml",
            event: "push",
            ref: "refs/heads/main",
            sha: "abc",
            tree: "def",
            dirty: false,
            actor: "alice",
            process: 1,
            directory: "runs/\(id)",
            startedAt: World.start
        )
    }
}
