import Core
import Foundation
import Kubernetes

/// How much of each object goes along with its row.
enum TableObjects: String, Sendable {
    case none = "None"
    case metadata = "Metadata"
    case object = "Object"

    init(_ query: QueryParameters) throws(KubernetesStatusError) {
        guard let text = query["includeObject"], !text.isEmpty else {
            self = .metadata
            return
        }
        guard let value = TableObjects(rawValue: text) else {
            throw .badRequest("includeObject: \"\(text)\" must be one of None, Metadata, Object")
        }
        self = value
    }
}

/// Makes the tables that `kubectl get` prints (`meta.k8s.io` Table), with the columns of Kubernetes' own printers.
struct TableBuilder: Sendable {
    let now: Date

    func table(
        _ objects: [KubernetesObject],
        of type: ResourceType,
        version: String,
        include: TableObjects
    ) -> JSON {
        let columns = Self.columns[type.qualifiedName] ?? [.name, .age]
        let context = TableContext(now: now)
        let rows = objects.map { object in
            var row: JSON = ["cells": .array(columns.map { $0.cell(object, context) })]
            switch include {
            case .none: break
            case .metadata:
                var metadata = ObjectEncoder.metadata(object)
                metadata["apiVersion"] = .string("meta.k8s.io/\(version)")
                row["object"] = metadata
            case .object: row["object"] = object.json
            }
            return row
        }
        return [
            "kind": "Table", "apiVersion": .string("meta.k8s.io/\(version)"), "metadata": [:],
            "columnDefinitions": .array(columns.map(\.definition)), "rows": .array(rows),
        ]
    }

    private static let columns: [String: [TableColumn]] = [
        ResourceType.pod.qualifiedName: TableColumns.pod,
        ResourceType.deployment.qualifiedName: TableColumns.deployment,
        ResourceType.replicaSet.qualifiedName: TableColumns.replicaSet,
        ResourceType.service.qualifiedName: TableColumns.service,
        ResourceType.endpointSlice.qualifiedName: TableColumns.endpointSlice,
        ResourceType.ingress.qualifiedName: TableColumns.ingress,
        ResourceType.event.qualifiedName: TableColumns.event,
        ResourceType.namespace.qualifiedName: TableColumns.namespace,
        ResourceType.node.qualifiedName: TableColumns.node,
        ResourceType.configMap.qualifiedName: TableColumns.configMap,
        ResourceType.secret.qualifiedName: TableColumns.secret,
        ResourceType.serviceAccount.qualifiedName: TableColumns.serviceAccount,
        ResourceType.resourceQuota.qualifiedName: TableColumns.resourceQuota,
        ResourceType.persistentVolume.qualifiedName: TableColumns.volume,
        ResourceType.persistentVolumeClaim.qualifiedName: TableColumns.claim,
        ResourceType.lease.qualifiedName: TableColumns.lease,
        ResourceType.podDisruptionBudget.qualifiedName: TableColumns.disruptionBudget,
        ResourceType.role.qualifiedName: TableColumns.role,
        ResourceType.clusterRole.qualifiedName: TableColumns.role,
        ResourceType.roleBinding.qualifiedName: TableColumns.binding,
        ResourceType.clusterRoleBinding.qualifiedName: TableColumns.binding,
    ]
}

/// The columns of each kind.
enum TableColumns {}
