import GRDB

/// An error's text without the values of the request that caused it.
struct LoggableError: CustomStringConvertible {
    let description: String

    init(_ error: any Error) {
        if let error = error as? DatabaseError {
            description = "SQLite \(error.extendedResultCode.rawValue): \(error.message ?? "no message")"
        } else if let error = error as? PostgresError {
            description = error.description
        } else {
            description = "\(type(of: error)): \(error)"
        }
    }
}
