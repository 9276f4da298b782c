/// The table of incidents.
enum IncidentMigrations {
    static let all = [
        JournalMigration(
            identifier: "incident-1-incidents",
            sql: """
                CREATE TABLE incident (
                    id TEXT PRIMARY KEY,
                    environment TEXT NOT NULL,
                    service TEXT,
                    deploymentId TEXT,
                    reason TEXT NOT NULL,
                    openedBy TEXT NOT NULL,
                    openedAt TEXT NOT NULL,
                    closedAt TEXT
                ) STRICT;
                CREATE INDEX incidentByEnvironment ON incident(environment, openedAt);
                """
        )
    ]
}
