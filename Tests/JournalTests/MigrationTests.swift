import Core
import Foundation
import GRDB
import Testing

@testable import Journal

@Suite struct MigrationTests {
    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "journal-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.appending(path: "journal.sqlite"))
    }

    /// What each migration brought, written by the Slipway of its time: plain SQL, as records have grown since.
    private static let data: [String: [String]] = [
        "run-1-runs": [
            """
            INSERT INTO run (id, number, attempt, workflow, file, event, ref, sha, tree, dirty, actor, process,
                directory, status, conclusion, startedAt, endedAt)
            VALUES ('1700000000000', 3, 1, 'CI', 'ci.yml', 'push', 'refs/heads/main', 'abc', 'def', 0, 'alice', 7,
                'runs/1700000000000', 'completed', 'success', '2026-01-01 10:00:00.000', '2026-01-01 10:01:00.000')
            """
        ],
        "run-2-jobs-and-steps": [
            """
            INSERT INTO job (runId, key, jobId, name, position, status, result, outputs, directory)
            VALUES ('1700000000000', 'a', 'a', 'a', 1, 'completed', 'success', '{"x":"1"}', 'runs/1700000000000/jobs/a')
            """,
            """
            INSERT INTO step (runId, jobKey, number, name, status, outcome, conclusion, exitStatus, log)
            VALUES ('1700000000000', 'a', 1, 'Run x', 'completed', 'success', 'success', 0, '1_x.log')
            """,
            """
            INSERT INTO annotation (runId, jobKey, stepNumber, level, message)
            VALUES ('1700000000000', 'a', 1, 'warning', 'careful')
            """,
        ],
        "event-1-events": [
            """
            INSERT INTO event (at, subject, subjectId, type, data)
            VALUES ('2026-01-01 10:00:00.000', 'run', '1700000000000', 'run.started', '{}')
            """
        ],
        "deployment-1-deployments": [
            """
            INSERT INTO deployment (id, environment, namespace, deployment, number, kind, state, image, digest, user,
                host, startedAt, record)
            VALUES ('d1', 'staging', 'ns', 'api', 1, 'release', 'verified', 'r@sha256:1', 'sha256:1', 'alice', 'h',
                '2026-01-01 10:00:00.000', '{}')
            """
        ],
    ]

    @Test(arguments: 1...JournalSchema.migrations.count)
    func dataOfEveryOlderVersionIsStillThere(version: Int) async throws {
        try await withFolder { url in
            let applied = JournalSchema.migrations.prefix(version).map(\.identifier)
            let last = try #require(applied.last)
            do {
                let old = try DatabaseQueue(path: url.path)
                try JournalSchema.migrator.migrate(old, upTo: last)
                try await old.write { database in
                    for identifier in applied {
                        for sql in Self.data[identifier] ?? [] { try database.execute(sql: sql) }
                    }
                }
                try old.close()
            }
            let journal = try Journal(at: url)
            let run = try #require(try await journal.run(matching: "1700000000000"))
            #expect(run.number == 3 && run.conclusion == .success && run.origin == nil)
            #expect(try await journal.run(matching: "#3")?.id == run.id)
            if applied.contains("run-2-jobs-and-steps") {
                #expect(try await journal.jobs(ofRun: run.id).map(\.outputs) == [["x": "1"]])
                #expect(try await journal.steps(ofRun: run.id).map(\.exitStatus) == [0])
                #expect(try await journal.annotations(ofRun: run.id).map(\.message) == ["careful"])
            }
            if applied.contains("event-1-events") {
                #expect(try await journal.events(of: "run", id: run.id).count == 1)
            }
            if applied.contains("deployment-1-deployments") {
                #expect(try await journal.deployment(id: "d1")?.state == "verified")
            }
            // And it takes what is new.
            var next = run
            next.id = "1700000000001"
            let attempt = try await journal.begin(next, after: run)
            #expect(attempt.number == 3 && attempt.attempt == 2 && attempt.origin == run.id)
        }
    }

    @Test func theOrderOfAllMigrationsIsForEver() {
        #expect(
            Array(JournalSchema.migrations.map(\.identifier).prefix(3))
                == ["run-1-runs", "run-2-jobs-and-steps", "run-3-attempts-and-order"]
        )
        #expect(Set(JournalSchema.migrations.map(\.identifier)).count == JournalSchema.migrations.count)
    }

    /// With 100,000 runs no query that a command asks reads the whole table of runs, jobs or events.
    @Test func queriesStayBoundedWithManyRuns() async throws {
        try await withFolder { url in
            let journal = try Journal(at: url)
            try await journal.write { database in
                try database.execute(
                    sql: """
                        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
                        INSERT INTO run (id, number, attempt, workflow, file, event, ref, sha, tree, dirty, actor,
                            process, directory, status, conclusion, startedAt)
                        SELECT 1700000000000 + i, i, 1, 'CI', 'ci.yml', 'push', 'refs/heads/main', 'a', 't', 0, 'alice',
                            7, 'runs/' || i, 'completed', 'success',
                            strftime('%Y-%m-%d %H:%M:%S.000', 1700000000 + i, 'unixepoch') FROM n;
                        INSERT INTO job (runId, key, jobId, name, position, status, result, outputs, directory, reuseKey,
                            endedAt)
                        SELECT id, 'a', 'a', 'a', 1, 'completed', 'success', '{}', 'd', 'k' || number, startedAt FROM run;
                        """
                )
            }
            #expect(try await journal.runs(limit: 20).first?.number == 100_000)
            #expect(try await journal.run(matching: "#77777")?.number == 77_777)
            #expect(try await journal.run(matching: "1700000054321")?.number == 54_321)
            #expect(try await journal.reusableJob(key: "k42")?.runId == "1700000000042")
            #expect(try await journal.begin(.sample(id: "x", file: "ci.yml")).number == 100_001)
            let plans = try await journal.read { database in
                try [
                    "SELECT * FROM run ORDER BY startedAt DESC, id DESC LIMIT 20",
                    "SELECT * FROM run WHERE number = 5 ORDER BY attempt DESC LIMIT 100",
                    "SELECT MAX(number) FROM run WHERE file = 'ci.yml'",
                    "SELECT * FROM job WHERE runId = 'x' ORDER BY position",
                    "SELECT * FROM step WHERE runId = 'x' AND jobKey = 'a' ORDER BY jobKey, number",
                    "SELECT * FROM annotation WHERE runId = 'x' ORDER BY id",
                    "SELECT * FROM job WHERE reuseKey = 'k' AND result = 'success' AND reusedFrom IS NULL",
                    "SELECT * FROM event WHERE subject = 'run' AND subjectId = 'x' AND id > 0 ORDER BY id",
                ].map { sql in
                    try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(sql)")
                        .map { $0["detail"] as String? ?? "" }.joined(separator: "; ")
                }
            }
            for plan in plans {
                #expect(!plan.contains("SCAN") || plan.contains("USING INDEX runByStart"), "\(plan)")
            }
        }
    }
}
