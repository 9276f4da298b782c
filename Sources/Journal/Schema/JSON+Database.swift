import Core
import GRDB

/// A JSON value is a column of JSON text, whatever its kind: a string is stored with its quotes.
extension JSON: DatabaseValueConvertible {
    package var databaseValue: DatabaseValue { text().databaseValue }

    package static func fromDatabaseValue(_ value: DatabaseValue) -> JSON? {
        String.fromDatabaseValue(value).flatMap { try? JSON(parsing: $0) }
    }
}
