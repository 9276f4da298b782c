import Kubernetes

/// A resource that the local cluster serves.
struct ResourceDefinition: Sendable {
    let type: ResourceType
    /// The type's full name in the schema catalogue.
    let schema: String
    let hasStatus: Bool
    /// Whether `kubectl scale` works on it.
    let hasScale: Bool
    /// Whether `metadata.generation` counts its changes.
    let hasGeneration: Bool
    let strategy: ObjectStrategy

    init(
        _ type: ResourceType,
        schema: String,
        hasStatus: Bool = false,
        hasScale: Bool = false,
        hasGeneration: Bool = false,
        strategy: ObjectStrategy = ObjectStrategy()
    ) {
        self.type = type
        self.schema = schema
        self.hasStatus = hasStatus
        self.hasScale = hasScale
        self.hasGeneration = hasGeneration
        self.strategy = strategy
    }
}
