/// The types of the API in the notation that `SchemaNotationParser` reads, a file for each group of them.
///
/// Field names, list types and keys are those of Kubernetes 1.36 (`api/openapi-spec/v3`).
enum BuiltInTypes {
    static let all = [
        meta, podSpec, container, volumes, podStatus, service, configuration, storage, node, quota, event, namespace,
        apps, discovery, coordination, eventsV1, networking, policy, rbac, authorization, autoscaling,
    ]
}
