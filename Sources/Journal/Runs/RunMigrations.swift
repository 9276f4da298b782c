/// Tables of workflow runs.
enum RunMigrations {
    static let all = [
        JournalMigration(
            identifier: "run-1-runs",
            sql: """
                CREATE TABLE run (
                    id TEXT NOT NULL PRIMARY KEY,
                    number INTEGER NOT NULL,
                    attempt INTEGER NOT NULL,
                    workflow TEXT NOT NULL,
                    file TEXT NOT NULL,
                    event TEXT NOT NULL,
                    ref TEXT NOT NULL,
                    sha TEXT NOT NULL,
                    tree TEXT NOT NULL,
                    dirty INTEGER NOT NULL,
                    actor TEXT NOT NULL,
                    process INTEGER NOT NULL,
                    directory TEXT NOT NULL,
                    status TEXT NOT NULL,
                    conclusion TEXT,
                    message TEXT,
                    startedAt TEXT NOT NULL,
                    endedAt TEXT,
                    UNIQUE (file, number, attempt)
                ) STRICT;
                """
        ),
        JournalMigration(
            identifier: "run-2-jobs-and-steps",
            sql: """
                CREATE TABLE job (
                    runId TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE,
                    key TEXT NOT NULL,
                    jobId TEXT NOT NULL,
                    name TEXT NOT NULL,
                    position INTEGER NOT NULL,
                    matrix TEXT,
                    environment TEXT,
                    status TEXT NOT NULL,
                    result TEXT,
                    message TEXT,
                    outputs TEXT NOT NULL,
                    reuseKey TEXT,
                    reusedFrom TEXT,
                    directory TEXT NOT NULL,
                    startedAt TEXT,
                    endedAt TEXT,
                    PRIMARY KEY (runId, key)
                ) STRICT;
                CREATE INDEX jobByReuseKey ON job(reuseKey) WHERE reuseKey IS NOT NULL;
                CREATE TABLE step (
                    runId TEXT NOT NULL,
                    jobKey TEXT NOT NULL,
                    number INTEGER NOT NULL,
                    stepId TEXT,
                    name TEXT NOT NULL,
                    status TEXT NOT NULL,
                    outcome TEXT,
                    conclusion TEXT,
                    exitStatus INTEGER,
                    message TEXT,
                    log TEXT NOT NULL,
                    startedAt TEXT,
                    endedAt TEXT,
                    PRIMARY KEY (runId, jobKey, number),
                    FOREIGN KEY (runId, jobKey) REFERENCES job(runId, key) ON DELETE CASCADE
                ) STRICT;
                CREATE TABLE annotation (
                    id INTEGER PRIMARY KEY,
                    runId TEXT NOT NULL,
                    jobKey TEXT NOT NULL,
                    stepNumber INTEGER NOT NULL,
                    level TEXT NOT NULL,
                    title TEXT,
                    file TEXT,
                    line INTEGER,
                    endLine INTEGER,
                    column INTEGER,
                    endColumn INTEGER,
                    message TEXT NOT NULL,
                    FOREIGN KEY (runId, jobKey) REFERENCES job(runId, key) ON DELETE CASCADE
                ) STRICT;
                CREATE INDEX annotationByJob ON annotation(runId, jobKey);
                CREATE TABLE approval (
                    id INTEGER PRIMARY KEY,
                    runId TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE,
                    jobKey TEXT NOT NULL,
                    environment TEXT NOT NULL,
                    decision TEXT NOT NULL,
                    decidedBy TEXT NOT NULL,
                    decidedAt TEXT NOT NULL,
                    how TEXT NOT NULL
                ) STRICT;
                """
        ),
        JournalMigration(
            identifier: "run-3-attempts-and-order",
            sql: """
                ALTER TABLE run ADD COLUMN origin TEXT;
                CREATE INDEX runByStart ON run(startedAt, id);
                CREATE INDEX runByNumber ON run(number);
                """
        ),
        JournalMigration(identifier: "run-4-title", sql: "ALTER TABLE run ADD COLUMN title TEXT;"),
    ]
}
