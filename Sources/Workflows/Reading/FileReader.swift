internal import Core

/// The steps that workflow and action files have in common: limits, YAML, shape.
enum FileReader {
    /// GitHub's limit for one file.
    static let maximumBytes = 1 << 20

    static func read(
        _ text: String,
        file: SourceText,
        as shape: Shape,
        title: String
    ) -> (value: TemplateValue?, diagnostics: [Diagnostic]) {
        guard text.utf8.count <= maximumBytes else {
            let message = "The file has \(text.utf8.count) bytes; GitHub accepts at most \(maximumBytes)"
            return (nil, [Diagnostic(rule: "yaml", message, at: file.start)])
        }
        do {
            guard let node = try YAMLParser.document(text, file: file.file) else {
                return (nil, [Diagnostic(rule: "empty", "The \(title) is empty", at: file.start)])
            }
            var reader = TemplateReader(file: file)
            let value = reader.read(node, as: shape)
            return (value, reader.diagnostics)
        } catch let error as DiagnosticsError {
            return (nil, error.diagnostics.map { YAMLMistake.refined($0, in: text) })
        } catch {
            return (nil, [Diagnostic(rule: "yaml", "\(error)", at: file.start)])
        }
    }
}
