import Foundation
import GRDB

extension Journal {
    /// Records the start of a run, giving it the next number of its workflow file, or the next attempt of an earlier
    /// run's number.
    package func begin(_ run: RunRecord, after earlier: RunRecord? = nil) async throws -> RunRecord {
        try await write { database in
            var run = run
            if let earlier {
                let last = try Int.fetchOne(
                    database,
                    sql: "SELECT MAX(attempt) FROM run WHERE file = ? AND number = ?",
                    arguments: [earlier.file, earlier.number]
                )
                run.file = earlier.file
                run.number = earlier.number
                run.attempt = (last ?? earlier.attempt) + 1
                run.origin = earlier.origin ?? earlier.id
                try run.insert(database)
                return run
            }
            let last = try Int.fetchOne(
                database,
                sql: "SELECT MAX(number) FROM run WHERE file = ?",
                arguments: [run.file]
            )
            run.number = (last ?? 0) + 1
            try run.insert(database)
            return run
        }
    }

    package func update(_ run: RunRecord) async throws {
        try await write { try run.update($0) }
    }

    /// Inserts the job, or replaces what is known of it; its steps stay.
    package func save(_ job: JobRecord) async throws {
        try await write { try job.save($0) }
    }

    package func save(_ step: StepRecord) async throws {
        try await write { try step.save($0) }
    }

    package func add(_ annotations: [AnnotationRecord]) async throws {
        guard !annotations.isEmpty else { return }
        try await write { database in
            for annotation in annotations { try annotation.insert(database) }
        }
    }

    /// Removes the annotations of one step, before it is done again.
    package func removeAnnotations(run: String, job: String, step: Int) async throws {
        try await write { database in
            _ =
                try AnnotationRecord
                .filter(Column("runId") == run && Column("jobKey") == job && Column("stepNumber") == step)
                .deleteAll(database)
        }
    }

    package func add(_ approval: ApprovalRecord) async throws {
        try await write { try approval.insert($0) }
    }

    /// The newest runs first.
    package func runs(limit: Int, file: String? = nil) async throws -> [RunRecord] {
        try await read { database in
            var request = RunRecord.order(Column("startedAt").desc, Column("id").desc).limit(limit)
            if let file { request = request.filter(Column("file") == file) }
            return try request.fetchAll(database)
        }
    }

    /// The run that a user names: its id, its number where only one workflow has that (the newest attempt of it), or the
    /// beginning or end of its id (ids differ most at their end). Nil where no run, or more than one, is so named.
    package func run(matching name: String) async throws -> RunRecord? {
        try await read { database in
            if let run = try RunRecord.fetchOne(database, key: name) { return run }
            if let number = Int(name.trimmingPrefix("#")), name.count < 10 {
                let found = try RunRecord.filter(Column("number") == number).order(Column("attempt").desc)
                    .limit(100).fetchAll(database)
                if Set(found.map(\.file)).count == 1 { return found.first }
                if !found.isEmpty { return nil }
            }
            let text = name.replacing(/[%_\\]/, with: { "\\\($0.output)" })
            for pattern in [text + "%", "%" + text] {
                let found = try RunRecord.filter(Column("id").like(pattern, escape: "\\")).limit(2).fetchAll(database)
                if found.count == 1 { return found.first }
            }
            return nil
        }
    }

    package func jobs(ofRun id: String) async throws -> [JobRecord] {
        try await read { try JobRecord.filter(Column("runId") == id).order(Column("position")).fetchAll($0) }
    }

    package func steps(ofRun id: String, job: String? = nil) async throws -> [StepRecord] {
        try await read { database in
            var request = StepRecord.filter(Column("runId") == id).order(Column("jobKey"), Column("number"))
            if let job { request = request.filter(Column("jobKey") == job) }
            return try request.fetchAll(database)
        }
    }

    package func annotations(ofRun id: String) async throws -> [AnnotationRecord] {
        try await read { try AnnotationRecord.filter(Column("runId") == id).order(Column("id")).fetchAll($0) }
    }

    package func approvals(ofRun id: String) async throws -> [ApprovalRecord] {
        try await read { try ApprovalRecord.filter(Column("runId") == id).order(Column("id")).fetchAll($0) }
    }

    /// The newest successful job with this reuse key that really ran (an answer from the journal is no evidence of
    /// its own).
    package func reusableJob(key: String) async throws -> JobRecord? {
        try await read { database in
            try JobRecord
                .filter(Column("reuseKey") == key && Column("result") == JobRecord.Result.success.rawValue)
                .filter(Column("reusedFrom") == nil)
                .order(Column("endedAt").desc)
                .fetchOne(database)
        }
    }

    /// Removes a run with its jobs and steps; its folder is the caller's.
    @discardableResult
    package func deleteRun(id: String) async throws -> Bool {
        try await write { try RunRecord.deleteOne($0, key: id) }
    }
}
