/// The table of general events.
enum EventMigrations {
    static let all = [
        JournalMigration(
            identifier: "event-1-events",
            sql: """
                CREATE TABLE event (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    at TEXT NOT NULL,
                    subject TEXT NOT NULL,
                    subjectId TEXT NOT NULL,
                    type TEXT NOT NULL,
                    data TEXT NOT NULL
                ) STRICT;
                CREATE INDEX eventBySubject ON event(subject, subjectId, id);
                CREATE INDEX eventByType ON event(type, at);
                """
        )
    ]
}
