import Foundation

/// Why the server did not do what it was asked. Never with a value of a statement, nor with the password.
package struct PostgresError: Error, CustomStringConvertible {
    enum Kind: Sendable, Equatable {
        /// There is no connection, or it broke; what was under way may or may not have happened.
        case connection
        /// The server was given enough time.
        case timedOut
        /// All connections are in use.
        case exhausted
        /// The server refused, with a code of appendix A of its manual.
        case refused(code: String)
        /// The answer is not what the statement asks for.
        case malformed
    }

    let kind: Kind
    let message: String

    package var description: String {
        switch kind {
        case .refused(let code): "PostgreSQL \(code): \(message)"
        default: "PostgreSQL: \(message)"
        }
    }

    /// The server's code, as `23505`.
    var code: String? {
        if case .refused(let code) = kind { code } else { nil }
    }

    /// Whether it is the database that cannot serve now, not the request that cannot be served.
    var isUnavailable: Bool {
        switch kind {
        case .connection, .timedOut, .exhausted: true
        case .refused(let code): Self.endsTheConnection(code) || code.hasPrefix("53") || code == "57014"
        case .malformed: false
        }
    }

    /// Whether the same transaction may succeed when it is tried again: it met another one.
    var isTransient: Bool { code == "40001" || code == "40P01" }

    /// Whether the connection is of no more use: the server goes away, or became one that only reads.
    static func endsTheConnection(_ code: String) -> Bool {
        code.hasPrefix("08") || code.hasPrefix("57P") || code == "25006"
    }

    static func malformed(_ message: String) -> PostgresError {
        PostgresError(kind: .malformed, message: message)
    }
}
