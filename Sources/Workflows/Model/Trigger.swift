package import Core

/// One event of `on`, with its filters.
package struct Trigger: Sendable {
    package let event: String
    package let location: SourceLocation
    /// Activity types; nil where the file names none and the event's own defaults hold.
    package let types: [Located<String>]?
    package let branches: PatternFilter?
    package let tags: PatternFilter?
    package let paths: PatternFilter?
    /// `workflow_run`: names of the workflows that are waited for.
    package let workflows: [Located<String>]?
    package let schedules: [Schedule]
    /// `workflow_dispatch` and `workflow_call`.
    package let inputs: [InputDefinition]
    /// `workflow_call`.
    package let secrets: [SecretDefinition]
    package let outputs: [CallOutput]
    /// `image_version`.
    package let names: PatternFilter?
    package let versions: PatternFilter?
}

/// `branches` or `branches-ignore`, and so on.
package struct PatternFilter: Sendable {
    package enum Mode: String, Sendable {
        case only, ignore
    }

    package let mode: Mode
    package let patterns: [Located<String>]
    package let location: SourceLocation
}

package struct Schedule: Sendable {
    package let cron: Located<String>
    /// An IANA name; UTC where there is none.
    package let timezone: Located<String>?
}

/// An input of `workflow_dispatch` or `workflow_call`.
package struct InputDefinition: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case string, boolean, number, choice, environment
    }

    package let id: String
    package let location: SourceLocation
    package let description: String?
    package let kind: Kind
    package let isRequired: Bool
    package let defaultValue: Template?
    package let options: [Located<String>]
}

package struct SecretDefinition: Sendable {
    package let id: String
    package let location: SourceLocation
    package let isRequired: Bool
}

/// An output of `workflow_call`.
package struct CallOutput: Sendable {
    package let id: String
    package let location: SourceLocation
    package let value: Template
}
