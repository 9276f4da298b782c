/// A message of a step that is shown with the run.
struct Annotation: Sendable, Hashable, Codable {
    enum Level: String, Sendable, Hashable, Codable {
        case error, warning, notice
    }

    /// GitHub keeps this many of each level of a step.
    static let maximumPerLevel = 10
    /// GitHub cuts messages at this many characters.
    static let maximumLength = 4096

    let level: Level
    let message: String
    var title: String?
    var file: String?
    var line: Int?
    var endLine: Int?
    var column: Int?
    var endColumn: Int?

    init(_ level: Level, _ message: String) {
        self.level = level
        self.message = String(message.prefix(Self.maximumLength))
    }
}
