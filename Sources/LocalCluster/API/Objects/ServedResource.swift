import Core
import Kubernetes

/// A resource as the API serves it: usually as it is stored, sometimes another form of it.
struct ServedResource: Sendable {
    let type: ResourceType
    let definition: ResourceDefinition
    /// The served type's full name in the schema catalogue.
    let schema: String
    let toServed: @Sendable (KubernetesObject) -> KubernetesObject
    let toStored: @Sendable (KubernetesObject) -> KubernetesObject

    private init(_ definition: ResourceDefinition) {
        self.init(type: definition.type, definition, schema: definition.schema, toServed: { $0 }, toStored: { $0 })
    }

    private init(
        type: ResourceType,
        _ definition: ResourceDefinition,
        schema: String,
        toServed: @escaping @Sendable (KubernetesObject) -> KubernetesObject,
        toStored: @escaping @Sendable (KubernetesObject) -> KubernetesObject
    ) {
        self.type = type
        self.definition = definition
        self.schema = schema
        self.toServed = toServed
        self.toStored = toStored
    }

    /// Everything that is stored, and events in the form of the newer group.
    static let all: [ServedResource] =
        ResourceRegistry.all.map { ServedResource($0) }
        + ResourceRegistry.all.filter { $0.type == .event }.map { definition in
            ServedResource(
                type: .eventsV1Event,
                definition,
                schema: "io.k8s.api.events.v1.Event",
                toServed: EventConversion.toEventsV1,
                toStored: EventConversion.toCore
            )
        }

    static func find(group: String, version: String, plural: String) -> ServedResource? {
        all.first { $0.type.group == group && $0.type.version == version && $0.type.plural == plural }
    }

    /// The type's full name in the schema catalogue, also of those that are never stored; nil for unknown ones.
    static func schema(apiVersion: String, kind: String) -> String? {
        switch (apiVersion, kind) {
        case ("authorization.k8s.io/v1", "SelfSubjectAccessReview"): AccessReviewHandler.schema
        case ("autoscaling/v1", "Scale"): ScaleHandlers.schema
        default: all.first { $0.type.apiVersion == apiVersion && $0.type.kind == kind }?.schema
        }
    }

    /// What can be asked of an object of the resource beside itself.
    var subresources: [String] {
        var names: [String] = []
        if definition.hasScale { names.append("scale") }
        if definition.hasStatus { names.append("status") }
        switch type {
        case .namespace: names.append("finalize")
        case .pod: names += ["log", "proxy"]
        case .service: names.append("proxy")
        default: break
        }
        return names.sorted()
    }

    /// A namespace is never deleted with others of its kind.
    var verbs: [String] {
        ["create", "delete"] + (type == .namespace ? [] : ["deletecollection"])
            + ["get", "list", "patch", "update", "watch"]
    }
}

/// Events of the core API and of `events.k8s.io` are the same objects with other names of fields.
enum EventConversion {
    private static let fields = [
        ("involvedObject", "regarding"), ("message", "note"), ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"), ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"), ("reportingComponent", "reportingController"),
    ]

    @Sendable static func toEventsV1(_ event: KubernetesObject) -> KubernetesObject {
        rename(event, to: .eventsV1Event, fields.map { (from: $0.0, to: $0.1) })
    }

    @Sendable static func toCore(_ event: KubernetesObject) -> KubernetesObject {
        rename(event, to: .event, fields.map { (from: $0.1, to: $0.0) })
    }

    private static func rename(
        _ event: KubernetesObject,
        to type: ResourceType,
        _ names: [(from: String, to: String)]
    ) -> KubernetesObject {
        var event = event
        for name in names {
            let value = event.json[name.from]
            event.json[name.from] = nil
            if let value { event.json[name.to] = value }
        }
        event.apiVersion = type.apiVersion
        event.kind = type.kind
        return event
    }
}
