package import Core

/// An expression that could not be evaluated, with the place where it is written.
package struct ExpressionFailure: Error, Sendable, CustomStringConvertible {
    package let message: String
    package let location: SourceLocation
    /// The expression or text that failed.
    package let source: String

    package init(_ message: String, at location: SourceLocation, source: String) {
        self.message = message
        self.location = location
        self.source = source
    }

    package var description: String { "\(location): \(message)" }

    package var diagnostic: Diagnostic { Diagnostic(rule: "expression", message, at: location) }
}
