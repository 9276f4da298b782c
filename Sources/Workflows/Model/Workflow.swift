package import Core

/// A workflow file.
package struct Workflow: Sendable {
    /// The path as the user named it.
    package let path: String
    package let source: SourceText
    package let name: Located<String>?
    package let description: String?
    package let runName: Template?
    package let triggers: [Trigger]
    package let permissions: Permissions?
    package let env: TemplateValue?
    package let defaults: RunDefaults?
    package let concurrency: ConcurrencyDefinition?
    /// In the order of the file.
    package let jobs: [WorkflowJob]

    /// The name that GitHub shows: the file's path where it has none.
    package var displayName: String {
        if let name, !name.value.isEmpty { name.value } else { path }
    }

    /// The job with that id; ids are compared without regard to case.
    package func job(_ id: String) -> WorkflowJob? {
        jobs.first { OrdinalText.equalIgnoringCase($0.id, id) }
    }

    package func trigger(_ event: String) -> Trigger? { triggers.first { $0.event == event } }
}

/// `defaults.run` of a workflow or job.
package struct RunDefaults: Sendable {
    package let shell: Template?
    package let workingDirectory: Template?
}

/// `concurrency`: a group's name, or a mapping.
package struct ConcurrencyDefinition: Sendable {
    package let definition: TemplateValue

    package var location: SourceLocation { definition.location }

    package struct Group: Sendable, Hashable {
        /// Compared without regard to case.
        package let name: String
        package let cancelInProgress: Bool
        package let queue: Queue
    }

    package enum Queue: String, Sendable {
        /// One run waits; a newer one takes its place.
        case single
        /// Up to 100 wait, in order.
        case max
    }

    /// - Throws: `ExpressionFailure`.
    package func evaluate(in context: EvaluationContext) throws -> Group {
        let value = try definition.evaluate(in: context)
        guard case .object = value else {
            guard value.isPrimitive else { throw definition.failure("\"concurrency\" must be a string or a mapping") }
            return Group(name: value.text, cancelInProgress: false, queue: .single)
        }
        let cancel: Bool
        switch value["cancel-in-progress"] {
        case .null: cancel = false
        case .bool(let flag): cancel = flag
        default: throw definition.failure("\"cancel-in-progress\" must be a boolean")
        }
        return Group(
            name: value["group"].text,
            cancelInProgress: cancel,
            queue: Queue(rawValue: value["queue"].text) ?? .single
        )
    }
}

/// `permissions` of a workflow or job.
package enum Permissions: Sendable, Hashable {
    case readAll
    case writeAll
    /// Scopes that are not named have no access.
    case scopes([String: Level])

    package enum Level: String, Sendable {
        case none, read, write
    }
}
