import Core
import Foundation
import GRDB
import Journal
import Testing

@Suite struct JournalTests {
    @Test func keepsRunsWithTheirJobsAndStepsAcrossReopening() async throws {
        try await withJournal { url in
            let journal = try Journal(at: url)
            var run = try await journal.begin(.sample(id: "r1"))
            #expect(run.number == 1)
            #expect(try await journal.begin(.sample(id: "r2")).number == 2)
            #expect(try await journal.begin(.sample(id: "r3", file: "other.yml")).number == 1)

            var job = JobRecord(
                runId: "r1",
                key: "test-a",
                jobId: "test",
                name: "test (a)",
                position: 0,
                matrix: ["os": "a"],
                directory: "jobs/test-a"
            )
            job.outputs = ["version": "1.2"]
            try await journal.save(job)
            var step = StepRecord(runId: "r1", jobKey: "test-a", number: 1, stepId: "s", name: "Run", log: "1.log")
            try await journal.save(step)
            step.outcome = .failure
            step.conclusion = .success
            step.status = .completed
            try await journal.save(step)
            run.status = .completed
            run.conclusion = .success
            run.endedAt = Date(timeIntervalSince1970: 1_700_000_000.25)
            try await journal.update(run)

            let reopened = try Journal(at: url)
            #expect(try await reopened.run(matching: "r1") == run)
            #expect(try await reopened.jobs(ofRun: "r1") == [job])
            #expect(try await reopened.steps(ofRun: "r1") == [step])
            #expect(try await reopened.runs(limit: 10, file: "other.yml").map(\.id) == ["r3"])
        }
    }

    @Test func findsARunByTheEndOfItsIdUnlessItIsAmbiguous() async throws {
        try await withJournal { url in
            let journal = try Journal(at: url)
            for id in ["01aab", "01bab", "01ccc", "01_cc"] { _ = try await journal.begin(.sample(id: id)) }
            #expect(try await journal.run(matching: "ccc")?.id == "01ccc")
            #expect(try await journal.run(matching: "_cc")?.id == "01_cc")
            #expect(try await journal.run(matching: "ab") == nil)
            #expect(try await journal.run(matching: "%") == nil)
        }
    }

    @Test func onlyASuccessfulJobThatReallyRanIsReusable() async throws {
        try await withJournal { url in
            let journal = try Journal(at: url)
            for (index, (result, reused)) in [
                (JobRecord.Result.success, nil), (.failure, nil), (.success, "r0"),
            ].enumerated() as EnumeratedSequence<[(JobRecord.Result, String?)]> {
                _ = try await journal.begin(.sample(id: "r\(index)"))
                var job = JobRecord(
                    runId: "r\(index)",
                    key: "a",
                    jobId: "a",
                    name: "a",
                    position: 0,
                    result: result,
                    directory: "d"
                )
                job.reuseKey = "k"
                job.reusedFrom = reused
                job.endedAt = Date(timeIntervalSince1970: Double(index))
                try await journal.save(job)
            }
            #expect(try await journal.reusableJob(key: "k")?.runId == "r0")
            #expect(try await journal.reusableJob(key: "other") == nil)
        }
    }

    @Test func numbersEventsAndFindsThoseOfOneThing() async throws {
        try await withJournal { url in
            let journal = try Journal(at: url)
            let now = Date(timeIntervalSince1970: 1_700_000_000)
            let first = try await journal.add(EventRecord(at: now, subject: "run", subjectId: "a", type: "x"))
            let second = try await journal.add(
                EventRecord(at: now, subject: "run", subjectId: "a", type: "y", data: ["n": 3])
            )
            try await journal.add(EventRecord(at: now, subject: "release", subjectId: "a", type: "y"))
            #expect(try await journal.events(of: "run", id: "a") == [first, second])
            #expect(try await journal.events(of: "run", id: "a", after: first.id ?? 0) == [second])
            #expect(try await journal.recentEvents(ofType: "y", limit: 9).map(\.subject) == ["release", "run"])
        }
    }

    @Test func severalWritersAtOnceLoseNothing() async throws {
        try await withJournal { url in
            try await withThrowingTaskGroup { group in
                for writer in 0..<4 {
                    group.addTask {
                        let journal = try Journal(at: url)
                        for index in 0..<25 { _ = try await journal.begin(.sample(id: "\(writer)-\(index)")) }
                    }
                }
                try await group.waitForAll()
            }
            let numbers = try await Journal(at: url).runs(limit: 1000).map(\.number)
            #expect(numbers.sorted() == Array(1...100))
        }
    }

    @Test func refusesAJournalOfANewerVersionAndADamagedOne() async throws {
        try await withJournal { url in
            try await Journal(at: url).write {
                try $0.execute(sql: "INSERT INTO grdb_migrations(identifier) VALUES ('from-the-future')")
            }
            let error = #expect(throws: SlipwayError.self) { try Journal(at: url) }
            #expect(error?.exitCode == .external)
        }
        try await withJournal { url in
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(repeating: 0x41, count: 5000).write(to: url)
            #expect(throws: SlipwayError.self) { try Journal(at: url) }
        }
    }
}

private func withJournal(_ body: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder.appending(path: "state/journal.sqlite"))
}

extension RunRecord {
    static func sample(id: String, file: String = ".github/workflows/ci.yml") -> RunRecord {
        RunRecord(
            id: id,
            number: 0,
            workflow: "CI",
            file: file,
            event: "push",
            ref: "refs/heads/main",
            sha: "abc",
            tree: "def",
            dirty: false,
            actor: "alice",
            process: 1,
            directory: "runs/\(id)",
            startedAt: Date(timeIntervalSince1970: 1_700_000_000)
        )
    }
}
