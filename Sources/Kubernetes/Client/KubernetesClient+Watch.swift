import Core

/// What to watch, and from where.
package struct WatchRequest: Sendable {
    package var type: ResourceType
    /// Nil for all namespaces.
    package var namespace: String?
    package var labels: LabelSelector = .everything
    package var fields: FieldSelector = .everything
    /// A list to go on from; without it the watch begins with `added` events for all that exists.
    package var start: KubernetesList?
    /// How long the cluster may be out of reach before the watch fails.
    package var patience: Duration = .seconds(300)
    /// Told of each interruption, before the watch tries again.
    package var onInterruption: @Sendable (any Error) -> Void = { _ in }

    package init(_ type: ResourceType, namespace: String? = nil, start: KubernetesList? = nil) {
        self.type = type
        self.namespace = namespace
        self.start = start
    }
}

extension KubernetesClient {
    /// Follows objects through lost connections and expired versions: what changed meanwhile is found out by a new
    /// list and told as events. Nothing is told twice; steps between two lists may be left out.
    ///
    /// The sequence ends only by an error: cancel the task that iterates to stop it.
    package func watch(_ request: WatchRequest) -> ResourceWatch { ResourceWatch(client: self, request: request) }

    package func watch(
        _ type: ResourceType,
        namespace: String? = nil,
        labels: LabelSelector = .everything,
        fields: FieldSelector = .everything
    ) -> ResourceWatch {
        var request = WatchRequest(type, namespace: namespace)
        request.labels = labels
        request.fields = fields
        return watch(request)
    }
}
