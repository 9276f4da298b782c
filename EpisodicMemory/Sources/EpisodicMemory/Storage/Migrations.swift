import GRDB

/// The schema, forward only. A migration that was released is never changed, and leaves what older binaries read and
/// write in place, so that old and new replicas can share the database while one replaces the other.
enum Migrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1 episodes", migrate: createEpisodes)
        return migrator
    }

    /// Lists are kept as text with U+001F between the elements, which the full-text tokenizer takes for a space.
    private static func createEpisodes(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE episodes (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    uid BLOB NOT NULL UNIQUE,
                    created_at INTEGER NOT NULL,
                    episode_type INTEGER NOT NULL,
                    goal TEXT NOT NULL,
                    actions_taken TEXT NOT NULL DEFAULT '',
                    error_trace TEXT NOT NULL DEFAULT '',
                    error_class TEXT NOT NULL DEFAULT '',
                    tool_chain TEXT NOT NULL DEFAULT '',
                    resolution TEXT NOT NULL DEFAULT '',
                    code_state_diff TEXT NOT NULL DEFAULT '',
                    environment_info TEXT NOT NULL DEFAULT '{}',
                    tags TEXT NOT NULL DEFAULT '',
                    idempotency_key TEXT
                );
                CREATE UNIQUE INDEX episodes_by_idempotency_key ON episodes (idempotency_key)
                    WHERE idempotency_key IS NOT NULL;
                CREATE VIRTUAL TABLE episodes_text USING fts5 (
                    goal, actions_taken, error_trace, error_class, tool_chain, resolution, tags,
                    content = 'episodes', content_rowid = 'id',
                    tokenize = 'porter unicode61 remove_diacritics 2'
                );
                CREATE TRIGGER episodes_text_insert AFTER INSERT ON episodes BEGIN
                    INSERT INTO episodes_text
                        (rowid, goal, actions_taken, error_trace, error_class, tool_chain, resolution, tags)
                    VALUES (new.id, new.goal, new.actions_taken, new.error_trace, new.error_class, new.tool_chain,
                        new.resolution, new.tags);
                END;
                CREATE TRIGGER episodes_text_delete AFTER DELETE ON episodes BEGIN
                    INSERT INTO episodes_text (episodes_text, rowid, goal, actions_taken, error_trace, error_class,
                        tool_chain, resolution, tags)
                    VALUES ('delete', old.id, old.goal, old.actions_taken, old.error_trace, old.error_class,
                        old.tool_chain, old.resolution, old.tags);
                END;
                """
        )
    }
}
