/// What a finished program said.
struct Outcome: Sendable {
    let status: Int32
    let output: String
    let errors: String

    /// Both streams, for messages of failed expectations.
    var everything: String { "exit status \(status)\n\(output)\(errors)" }
}
