package import Core

/// What came out of reading a file: the model, and everything that is wrong with the file.
package struct Parsed<Model: Sendable>: Sendable {
    /// Also there when parts of the file are wrong, without those parts; nil where nothing could be read.
    package let model: Model?
    package let diagnostics: [Diagnostic]

    package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// The model of a file without errors.
    ///
    /// - Throws: `DiagnosticsError` with every error of the file.
    package func get() throws -> Model {
        guard let model, !hasErrors else { throw DiagnosticsError(diagnostics.filter { $0.severity == .error }) }
        return model
    }
}
