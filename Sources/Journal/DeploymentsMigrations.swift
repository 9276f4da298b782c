/// The table of releases to environments.
enum DeploymentMigrations {
    static let all = [
        JournalMigration(
            identifier: "deployment-1-deployments",
            sql: """
                CREATE TABLE deployment (
                    id TEXT PRIMARY KEY,
                    environment TEXT NOT NULL,
                    namespace TEXT NOT NULL,
                    deployment TEXT NOT NULL,
                    number INTEGER NOT NULL,
                    kind TEXT NOT NULL,
                    state TEXT NOT NULL,
                    image TEXT NOT NULL,
                    digest TEXT NOT NULL,
                    tag TEXT,
                    version TEXT,
                    commitSha TEXT,
                    tree TEXT,
                    previousImage TEXT,
                    user TEXT NOT NULL,
                    host TEXT NOT NULL,
                    run TEXT,
                    startedAt TEXT NOT NULL,
                    servedAt TEXT,
                    endedAt TEXT,
                    failedAt TEXT,
                    failureReason TEXT,
                    failureMessage TEXT,
                    record TEXT NOT NULL
                ) STRICT;
                CREATE INDEX deploymentByEnvironment ON deployment(environment, startedAt);
                CREATE INDEX deploymentByDigest ON deployment(digest);
                """
        )
    ]
}
