package import Core

/// `container` of a job, before evaluation: an image, or a mapping.
package struct ContainerDefinition: Sendable {
    package let definition: TemplateValue

    package var location: SourceLocation { definition.location }

    /// The container; nil where the definition evaluates to nothing, which means "no container".
    ///
    /// - Throws: `ExpressionFailure`.
    package func evaluate(in context: EvaluationContext) throws -> Container? {
        try Container(definition.evaluate(in: context), definition: definition)
    }
}

/// `services` of a job, before evaluation.
package struct ServicesDefinition: Sendable {
    package let definition: TemplateValue

    package var location: SourceLocation { definition.location }

    /// The containers by name, in order; a service whose image is empty does not exist.
    ///
    /// - Throws: `ExpressionFailure`.
    package func evaluate(in context: EvaluationContext) throws -> [(name: String, container: Container)] {
        guard case .object(let object) = try definition.evaluate(in: context) else {
            throw definition.failure("\"services\" must be a mapping")
        }
        return try object.entries.compactMap { entry in
            try Container(entry.value, definition: definition).map { (entry.key, $0) }
        }
    }
}

/// A container as a job or service wants it.
package struct Container: Sendable {
    package let image: String
    package let env: [(name: String, value: String)]
    package let ports: [String]
    package let volumes: [String]
    package let options: String
    package let username: String?
    package let password: String?
    /// Services only.
    package let entrypoint: String?
    package let command: String?

    init?(_ value: ExpressionValue, definition: TemplateValue) throws {
        func list(_ value: ExpressionValue) -> [String] {
            if case .array(let array) = value { array.elements.map(\.text) } else { [] }
        }
        guard case .object(let object) = value else {
            guard value.isPrimitive else { throw definition.failure("A container must be a string or a mapping") }
            if value.text.isEmpty { return nil }
            image = value.text
            (env, ports, volumes, options) = ([], [], [], "")
            (username, password, entrypoint, command) = (nil, nil, nil, nil)
            return
        }
        image = value["image"].text
        if image.isEmpty { return nil }
        if case .object(let variables) = value["env"] {
            env = variables.entries.map { ($0.key, $0.value.text) }
        } else {
            env = []
        }
        ports = list(value["ports"])
        volumes = list(value["volumes"])
        options = value["options"].text
        username = object["credentials"]?["username"].text
        password = object["credentials"]?["password"].text
        entrypoint = object["entrypoint"]?.text
        command = object["command"]?.text
    }
}
