/// Names of jobs, steps, inputs and outputs.
enum Identifiers {
    static let rule =
        "It must start with a letter or \"_\", go on with letters, digits, \"-\" or \"_\", and have at most "
        + "100 characters."

    static func isValid(_ name: String) -> Bool {
        name.utf8.count <= 100 && ExpressionLexer.isName(Array(name.utf8))
    }
}
