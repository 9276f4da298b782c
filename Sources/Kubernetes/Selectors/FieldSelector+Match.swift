import Core

extension FieldSelector {
    package func matches(_ object: KubernetesObject) -> Bool {
        terms.allSatisfy { (Self.value(of: $0.field, in: object) == $0.value) == $0.isEqual }
    }

    /// Refuses fields that the API server does not select this type by.
    ///
    /// - Throws: `KubernetesStatusError` (bad request) as the API words it.
    package func validate(for type: ResourceType) throws(KubernetesStatusError) {
        let supported = Self.supportedFields(of: type)
        for term in terms where !supported.contains(term.field) {
            throw .badRequest("field label not supported: \(term.field)")
        }
    }

    /// An absent field counts as its type's zero value.
    private static func value(of field: String, in object: KubernetesObject) -> String {
        let path = field == "source" ? ["source", "component"] : field.split(separator: ".").map(String.init)
        switch object.json[path: path] {
        case .string(let text): return text
        case .int(let number): return String(number)
        case .bool(let flag): return String(flag)
        default: return zeroValues[field] ?? ""
        }
    }

    private static let zeroValues = [
        "spec.unschedulable": "false", "spec.hostNetwork": "false", "status.replicas": "0", "status.successful": "0",
    ]

    /// The fields beside name and namespace, by resource.
    private static let extraFields: [String: Set<String>] = [
        "pods": [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
            "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName",
        ],
        "events": [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
            "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
            "reportingComponent", "source", "type",
        ],
        "secrets": ["type"],
        "namespaces": ["status.phase"],
        "nodes": ["spec.unschedulable"],
        "services": ["spec.clusterIP", "spec.type"],
        "replicasets.apps": ["status.replicas"],
        "jobs.batch": ["status.successful"],
    ]

    package static func supportedFields(of type: ResourceType) -> Set<String> {
        (extraFields[type.qualifiedName] ?? []).union(["metadata.name", "metadata.namespace"])
    }
}
