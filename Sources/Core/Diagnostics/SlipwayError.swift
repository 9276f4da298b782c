/// An error a user can act on: what happened, where, why, and what to do next, on one screen.
package struct SlipwayError: Error, Sendable, CustomStringConvertible {
    package let exitCode: ExitCode
    /// One sentence without a full stop.
    package let what: String
    package let location: SourceLocation?
    package let why: String?
    /// What the user can do now: a sentence, best with the exact command.
    package let next: String?

    package init(
        _ exitCode: ExitCode,
        _ what: String,
        at location: SourceLocation? = nil,
        why: String? = nil,
        next: String? = nil
    ) {
        self.exitCode = exitCode
        self.what = what
        self.location = location
        self.why = why
        self.next = next
    }

    package var description: String {
        var text = (location.map { "\($0): " } ?? "") + what
        if let why { text += "\n  why: \(why)" }
        if let next { text += "\n  next: \(next)" }
        return text
    }
}
