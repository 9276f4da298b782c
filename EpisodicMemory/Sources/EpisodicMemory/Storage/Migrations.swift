import GRDB

/// The schema, forward only. A migration that was released is never changed, and leaves what older binaries read and
/// write in place, so that old and new replicas can share the database while one replaces the other.
enum Migrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1 episodes", migrate: createEpisodes)
        migrator.registerMigration("v2 ranking", migrate: addRanking)
        migrator.registerMigration("v3 tenants", migrate: addTenants)
        migrator.registerMigration("v4 changes", migrate: addChanges)
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

    /// What ranking, embeddings and several tenants need. Tenant 0 is the only one of a service without keys; the
    /// binaries before this know no other.
    private static func addRanking(_ db: Database) throws {
        try db.execute(
            sql: """
                ALTER TABLE episodes ADD COLUMN tenant INTEGER NOT NULL DEFAULT 0;
                ALTER TABLE episodes ADD COLUMN occurrences INTEGER NOT NULL DEFAULT 1;
                ALTER TABLE episodes ADD COLUMN last_seen_at INTEGER;
                ALTER TABLE episodes ADD COLUMN helped INTEGER NOT NULL DEFAULT 0;
                ALTER TABLE episodes ADD COLUMN not_helped INTEGER NOT NULL DEFAULT 0;
                ALTER TABLE episodes ADD COLUMN uses INTEGER NOT NULL DEFAULT 0;
                ALTER TABLE episodes ADD COLUMN last_used_at INTEGER;
                ALTER TABLE episodes ADD COLUMN archived_at INTEGER;
                ALTER TABLE episodes ADD COLUMN merged_into BLOB;
                ALTER TABLE episodes ADD COLUMN resolved_by BLOB;
                CREATE INDEX episodes_by_tenant ON episodes (tenant, uid);

                CREATE TABLE embeddings (
                    episode INTEGER PRIMARY KEY REFERENCES episodes (id) ON DELETE CASCADE,
                    space INTEGER NOT NULL,
                    vector BLOB NOT NULL
                );
                CREATE TABLE vector_changes (
                    seq INTEGER PRIMARY KEY AUTOINCREMENT,
                    episode INTEGER NOT NULL,
                    tenant INTEGER NOT NULL,
                    space INTEGER NOT NULL,
                    code BLOB,
                    created_at INTEGER NOT NULL,
                    labels INTEGER NOT NULL,
                    error_class INTEGER NOT NULL,
                    episode_type INTEGER NOT NULL
                );
                CREATE INDEX vector_changes_removed ON vector_changes (episode) WHERE code IS NULL;
                CREATE TABLE idempotency (
                    tenant INTEGER NOT NULL,
                    key_hash BLOB NOT NULL,
                    episode INTEGER NOT NULL REFERENCES episodes (id) ON DELETE CASCADE,
                    fingerprint BLOB NOT NULL,
                    PRIMARY KEY (tenant, key_hash)
                ) WITHOUT ROWID;
                CREATE INDEX idempotency_by_episode ON idempotency (episode);
                CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
                INSERT INTO meta (name, value) VALUES ('epoch', abs(random() / 2) + 1);

                -- Each tenant has a full-text table of its own, so that no figure of one shows in another's scores.
                DROP TRIGGER episodes_text_insert;
                DROP TRIGGER episodes_text_delete;
                CREATE TRIGGER episodes_text_insert AFTER INSERT ON episodes WHEN new.tenant = 0 BEGIN
                    INSERT INTO episodes_text
                        (rowid, goal, actions_taken, error_trace, error_class, tool_chain, resolution, tags)
                    VALUES (new.id, new.goal, new.actions_taken, new.error_trace, new.error_class, new.tool_chain,
                        new.resolution, new.tags);
                END;
                CREATE TRIGGER episodes_text_delete AFTER DELETE ON episodes WHEN old.tenant = 0 BEGIN
                    INSERT INTO episodes_text (episodes_text, rowid, goal, actions_taken, error_trace, error_class,
                        tool_chain, resolution, tags)
                    VALUES ('delete', old.id, old.goal, old.actions_taken, old.error_trace, old.error_class,
                        old.tool_chain, old.resolution, old.tags);
                END;
                """
        )
    }

    private static func addTenants(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE customers (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    uid BLOB NOT NULL UNIQUE,
                    name TEXT NOT NULL,
                    created_at INTEGER NOT NULL,
                    monthly_quota INTEGER,
                    requests_per_minute INTEGER
                );
                CREATE TABLE api_keys (
                    key_id TEXT PRIMARY KEY,
                    customer INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
                    mac BLOB NOT NULL,
                    name TEXT NOT NULL,
                    created_at INTEGER NOT NULL,
                    revoked_at INTEGER
                ) WITHOUT ROWID;
                CREATE INDEX api_keys_by_customer ON api_keys (customer);
                CREATE TABLE usage (
                    customer INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
                    month INTEGER NOT NULL,
                    requests INTEGER NOT NULL,
                    PRIMARY KEY (customer, month)
                ) WITHOUT ROWID;
                """
        )
    }

    /// Tells every process which episodes came, went or moved in rank. By triggers, so that what older binaries write
    /// is told too.
    private static func addChanges(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE episode_changes (
                    seq INTEGER PRIMARY KEY AUTOINCREMENT,
                    episode INTEGER NOT NULL,
                    tenant INTEGER NOT NULL
                );
                CREATE TRIGGER episode_changes_insert AFTER INSERT ON episodes BEGIN
                    INSERT INTO episode_changes (episode, tenant) VALUES (new.id, new.tenant);
                END;
                CREATE TRIGGER episode_changes_delete AFTER DELETE ON episodes BEGIN
                    INSERT INTO episode_changes (episode, tenant) VALUES (old.id, old.tenant);
                END;
                CREATE TRIGGER episode_changes_update
                    AFTER UPDATE OF helped, not_helped, last_seen_at, last_used_at, archived_at ON episodes
                BEGIN
                    INSERT INTO episode_changes (episode, tenant) VALUES (new.id, new.tenant);
                END;
                -- A capture brings its vector at once and is told already.
                CREATE TRIGGER episode_changes_vector AFTER INSERT ON embeddings
                    WHEN new.episode IS NOT (SELECT episode FROM episode_changes ORDER BY seq DESC LIMIT 1)
                BEGIN
                    INSERT INTO episode_changes (episode, tenant)
                    SELECT id, tenant FROM episodes WHERE id = new.episode;
                END;
                """
        )
    }
}
