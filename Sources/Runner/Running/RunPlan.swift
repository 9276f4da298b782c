import Core
import Workflows

/// What would run, and why, as far as can be known before anything runs.
package struct RunPlan: Sendable {
    package let jobs: [Job]
    /// Everything that cannot be done here, with its place.
    package let refusals: [Diagnostic]

    package struct Job: Sendable {
        package let id: String
        package let name: String
        package let needs: [String]
        package let condition: ConditionForecast
        /// False only where that is certain.
        package let mayRun: Bool
        /// Why not, where another thing than the condition decided.
        package let note: String?
        /// Whether the legs are those that will run; false where the matrix depends on jobs before it, and one leg stands
        /// for all.
        package let isExpanded: Bool
        package let maxParallel: Int?
        package let legs: [Leg]
    }

    /// A job of a matrix, or the only one of a job without a matrix.
    package struct Leg: Sendable {
        package let name: String
        package let labels: [String]?
        package let environment: String?
        /// The concurrency group, and whether it ends what is in progress.
        package let concurrency: String?
        package let steps: [Step]
        package let call: Call?
    }

    package struct Step: Sendable {
        package let name: String
        package let condition: ConditionForecast
        /// Steps of a `parallel` group.
        package let inner: [Step]
        package let isBackground: Bool
    }

    /// A workflow that a job calls.
    package struct Call: Sendable {
        package let file: String
        package let jobs: [Job]
    }
}
