import GRDB

/// One change of the schema: plain SQL, never edited once released.
struct JournalMigration: Sendable {
    /// `room-number-what`, unique for ever.
    let identifier: String
    let sql: String
}

/// All migrations, in the order in which they are applied. Each room has a list of its own and appends to it; a new
/// room's list goes last.
enum JournalSchema {
    static let migrations: [JournalMigration] =
        RunMigrations.all
        + EventMigrations.all
        + DeploymentMigrations.all
        + IncidentMigrations.all

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for migration in migrations {
            migrator.registerMigration(migration.identifier) { database in
                try database.execute(sql: migration.sql)
            }
        }
        return migrator
    }
}
