import Core
import Foundation
import GRDB
import Kubernetes

/// One committed change of one object.
struct Change: Sendable {
    enum Kind: String, Sendable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
    }

    let version: Int64
    /// The qualified name of the resource.
    let resource: String
    let key: NamespacedName
    let kind: Kind
    let object: KubernetesObject
    /// What was there before; nil for new objects, and where it is no longer known.
    let previous: KubernetesObject?
}

/// The SQLite file behind the store: the objects, the number of the last change, and the latest changes.
///
/// Every write is one transaction. WAL with `synchronous = NORMAL`: a killed process loses nothing; a power failure may
/// lose the last moments, never consistency.
final class StoreDatabase: Sendable {
    private let queue: DatabaseQueue

    /// Opens or makes the file; without a path everything is in memory (tests).
    init(path: String?) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
            try database.execute(sql: "PRAGMA busy_timeout = 5000")
        }
        queue =
            try path.map { try DatabaseQueue(path: $0, configuration: configuration) } ?? DatabaseQueue()
        try Self.migrator.migrate(queue)
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1") { database in
            try database.execute(
                sql: """
                    CREATE TABLE object (
                        resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, json BLOB NOT NULL,
                        PRIMARY KEY (resource, namespace, name)
                    ) WITHOUT ROWID;
                    CREATE TABLE history (
                        version INTEGER PRIMARY KEY, resource TEXT NOT NULL, namespace TEXT NOT NULL,
                        name TEXT NOT NULL, kind TEXT NOT NULL, json BLOB NOT NULL
                    );
                    CREATE TABLE counter (
                        id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, compacted INTEGER NOT NULL
                    );
                    INSERT INTO counter VALUES (1, 0, 0);
                    """
            )
        }
        return migrator
    }

    /// What a store begins with.
    struct Contents: Sendable {
        var version: Int64 = 0
        /// Changes up to this one are forgotten.
        var compacted: Int64 = 0
        var view = StoreView()
        var history: [Change] = []
    }

    func load() throws -> Contents {
        try queue.read { database in
            var contents = Contents()
            if let row = try Row.fetchOne(database, sql: "SELECT version, compacted FROM counter") {
                contents.version = row["version"]
                contents.compacted = row["compacted"]
            }
            let objects = try Row.fetchCursor(database, sql: "SELECT resource, namespace, name, json FROM object")
            while let row = try objects.next() {
                let object = KubernetesObject(try JSON(parsing: row["json"] as Data))
                contents.view.objects[row["resource"], default: [:]][Self.key(row)] = object
            }
            var last: [String: KubernetesObject] = [:]
            let history = try Row.fetchCursor(database, sql: "SELECT * FROM history ORDER BY version")
            while let row = try history.next() {
                guard let kind = Change.Kind(rawValue: row["kind"]) else { continue }
                let key = Self.key(row)
                let resource: String = row["resource"]
                let identity = "\(resource)/\(key.namespace)/\(key.name)"
                let object = KubernetesObject(try JSON(parsing: row["json"] as Data))
                contents.history.append(
                    Change(
                        version: row["version"],
                        resource: resource,
                        key: key,
                        kind: kind,
                        object: object,
                        previous: last[identity]
                    )
                )
                last[identity] = kind == .deleted ? nil : object
            }
            return contents
        }
    }

    private static func key(_ row: Row) -> NamespacedName {
        NamespacedName(namespace: row["namespace"], name: row["name"])
    }

    /// Writes changes and the counter in one transaction.
    func commit(_ changes: [Change]) throws {
        try queue.write { database in
            for change in changes {
                let data = change.object.json.data()
                let place: [any DatabaseValueConvertible] = [change.resource, change.key.namespace, change.key.name]
                if change.kind == .deleted {
                    try database.cachedStatement(
                        sql: "DELETE FROM object WHERE resource = ? AND namespace = ? AND name = ?"
                    ).execute(arguments: StatementArguments(place))
                } else {
                    try database.cachedStatement(
                        sql: "INSERT OR REPLACE INTO object (resource, namespace, name, json) VALUES (?, ?, ?, ?)"
                    ).execute(arguments: StatementArguments(place + [data]))
                }
                try database.cachedStatement(
                    sql: """
                        INSERT INTO history (version, resource, namespace, name, kind, json) VALUES (?, ?, ?, ?, ?, ?)
                        """
                ).execute(arguments: StatementArguments([change.version] + place + [change.kind.rawValue, data]))
            }
            if let last = changes.last {
                try database.cachedStatement(sql: "UPDATE counter SET version = ?")
                    .execute(arguments: [last.version])
            }
        }
    }

    /// Forgets changes up to a version.
    func compact(through version: Int64) throws {
        try queue.write { database in
            try database.execute(sql: "DELETE FROM history WHERE version <= ?", arguments: [version])
            try database.execute(sql: "UPDATE counter SET compacted = ?", arguments: [version])
        }
    }

    func close() throws { try queue.close() }
}
