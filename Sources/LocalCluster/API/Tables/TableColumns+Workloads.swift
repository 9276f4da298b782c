import Core
import Kubernetes

extension TableColumns {
    static let pod: [TableColumn] = [
        .name,
        TableColumn("Ready", "Ready containers of all.") { pod, context in
            .string(PodSummary(pod, context).ready)
        },
        TableColumn("Status", "The phase, or what says more than it.") { pod, context in
            .string(PodSummary(pod, context).status)
        },
        TableColumn("Restarts", "How often containers were started again, and when last.") { pod, context in
            .string(PodSummary(pod, context).restarts)
        },
        .age,
        .field("IP", wide: true, "The pod's address.", "status", "podIP"),
        .field("Node", wide: true, "Where the pod runs.", "spec", "nodeName"),
        .field("Nominated Node", wide: true, "Where the pod may run once others left.", "status", "nominatedNodeName"),
        TableColumn("Readiness Gates", wide: true, "Further conditions of readiness that hold.") { pod, _ in
            let gates = pod["spec", "readinessGates"]?.array?.compactMap { $0["conditionType"]?.string } ?? []
            let fulfilled = gates.filter { pod.condition($0)?.isTrue ?? false }
            return .string(gates.isEmpty ? "<none>" : "\(fulfilled.count)/\(gates.count)")
        },
    ]

    static let deployment: [TableColumn] =
        [
            .name,
            TableColumn("Ready", "Ready pods of those wanted.") { object, _ in
                let ready = object["status", "readyReplicas"]?.int ?? 0
                return .string("\(ready)/\(object["spec", "replicas"]?.int ?? 0)")
            },
            .count("Up-to-date", "Pods of the present template.", "status", "updatedReplicas"),
            .count("Available", "Pods that are ready for long enough.", "status", "availableReplicas"),
            .age,
        ] + template

    static let replicaSet: [TableColumn] =
        [
            .name,
            .count("Desired", format: .integer, "Pods that are wanted.", "spec", "replicas"),
            .count("Current", format: .integer, "Pods that there are.", "status", "replicas"),
            .count("Ready", format: .integer, "Pods that are ready.", "status", "readyReplicas"),
            .age,
        ] + template

    private static let template: [TableColumn] = [
        TableColumn("Containers", wide: true, "Names of the template's containers.") { object, _ in
            .string(TableContext.list(object["spec", "template", "spec", "containers"], "name"))
        },
        TableColumn("Images", wide: true, "Images of the template's containers.") { object, _ in
            .string(TableContext.list(object["spec", "template", "spec", "containers"], "image"))
        },
        TableColumn("Selector", wide: true, "Labels of the pods.") { object, _ in
            .string(TableContext.selector(object["spec", "selector"]))
        },
    ]

    static let disruptionBudget: [TableColumn] = [
        .name,
        TableColumn("Min Available", "Pods that must stay.") { object, _ in
            .string(IntOrPercent(object["spec", "minAvailable"])?.description ?? "N/A")
        },
        TableColumn("Max Unavailable", "Pods that may go at once.") { object, _ in
            .string(IntOrPercent(object["spec", "maxUnavailable"])?.description ?? "N/A")
        },
        .count("Allowed Disruptions", format: .integer, "Pods that may go now.", "status", "disruptionsAllowed"),
        .age,
    ]
}
