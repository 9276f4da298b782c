package import Core

/// An `action.yml`.
package struct ActionMetadata: Sendable {
    package let path: String
    package let source: SourceText
    package let name: String
    package let description: String?
    package let author: String?
    package let inputs: [Input]
    package let outputs: [Output]
    package let runs: Runs

    package struct Input: Sendable {
        package let id: String
        package let location: SourceLocation
        package let description: String?
        /// Not enforced by GitHub's runner, only reported by `slipway check`.
        package let isRequired: Bool
        package let defaultValue: Template?
        package let deprecationMessage: String?
    }

    package struct Output: Sendable {
        package let id: String
        package let location: SourceLocation
        package let description: String?
        /// Composite actions only.
        package let value: Template?
    }

    package enum Runs: Sendable {
        case composite([WorkflowStep])
        case node(NodeRuns)
        case docker(DockerRuns)
    }

    package struct NodeRuns: Sendable {
        /// The major version: 20 for `node20`.
        package let version: Int
        package let main: String
        package let pre: String?
        package let preCondition: Condition
        package let post: String?
        package let postCondition: Condition
    }

    package struct DockerRuns: Sendable {
        /// `Dockerfile`, or `docker://image`.
        package let image: String
        package let entrypoint: String?
        package let args: [Template]
        package let env: TemplateValue?
        package let preEntrypoint: String?
        package let preCondition: Condition
        package let postEntrypoint: String?
        package let postCondition: Condition
    }

    /// The input of that name, in any case.
    package func input(_ id: String) -> Input? { inputs.first { OrdinalText.equalIgnoringCase($0.id, id) } }
}
