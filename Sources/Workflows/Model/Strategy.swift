package import Core

/// `strategy` of a job, before evaluation.
package struct StrategyDefinition: Sendable {
    /// The whole mapping, or one expression that gives it.
    package let definition: TemplateValue

    package var location: SourceLocation { definition.location }
    package var matrix: TemplateValue? { definition["matrix"] }
    package var failFast: Template? { definition["fail-fast"]?.template }
    package var maxParallel: Template? { definition["max-parallel"]?.template }
}
