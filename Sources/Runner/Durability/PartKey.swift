/// One piece of work of a job: the step that is shown with a number, and which of its parts (an inner step of a composite
/// action, an action's main).
///
/// A job does the same parts in the same order every time it is told the same, so the key finds what an earlier engine
/// recorded.
struct PartKey: Sendable, Hashable, Codable {
    /// Counts from 1.
    let step: Int
    /// Counts from 1 within the step.
    let part: Int
}
