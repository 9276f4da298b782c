/// Why a container cannot be made from what its pod says; `message` is what Kubernetes would say.
struct ContainerConfigurationError: Error, Hashable {
    enum Stage: Hashable, Sendable {
        /// Something the container refers to is missing or wrong.
        case configuration
        /// The container itself cannot be made.
        case create
    }

    let stage: Stage
    let message: String

    init(_ stage: Stage, _ message: String) {
        self.stage = stage
        self.message = message
    }

    /// The waiting reason of the container.
    var reason: String {
        switch stage {
        case .configuration: "CreateContainerConfigError"
        case .create: "CreateContainerError"
        }
    }
}
