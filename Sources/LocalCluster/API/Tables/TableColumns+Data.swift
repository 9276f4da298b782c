import Core
import Kubernetes

extension TableColumns {
    static let configMap: [TableColumn] = [
        .name,
        TableColumn("Data", "Number of keys.") { object, _ in
            .int(Int64((object["data"]?.object?.count ?? 0) + (object["binaryData"]?.object?.count ?? 0)))
        },
        .age,
    ]

    static let secret: [TableColumn] = [
        .name,
        .field("Type", "What the data is for.", "type"),
        TableColumn("Data", "Number of keys.") { object, _ in .int(Int64(object["data"]?.object?.count ?? 0)) },
        .age,
    ]

    static let serviceAccount: [TableColumn] = [
        .name,
        TableColumn("Secrets", "Number of secrets.") { object, _ in
            .int(Int64(object["secrets"]?.array?.count ?? 0))
        },
        .age,
    ]

    static let resourceQuota: [TableColumn] = [
        .name,
        TableColumn("Request", "Used and allowed.") { object, _ in .string(quota(object) { !$0.hasPrefix("limits.") })
        },
        TableColumn("Limit", "Used and allowed limits.") { object, _ in
            .string(quota(object) { $0.hasPrefix("limits.") })
        },
        .age,
    ]

    private static func quota(_ object: KubernetesObject, _ isIncluded: (String) -> Bool) -> String {
        let hard = object["status", "hard"]?.object ?? [:]
        let used = object["status", "used"]?.object ?? [:]
        return hard.filter { isIncluded($0.key) }.sorted { $0.key < $1.key }
            .map { "\($0.key): \(Quantity(used[$0.key])?.description ?? "0")/\(Quantity($0.value)?.description ?? "")" }
            .joined(separator: ", ")
    }

    static let claim: [TableColumn] = [
        .name,
        TableColumn("Status", "Pending, Bound or Lost.") { object, _ in
            .string(object.isBeingDeleted ? "Terminating" : object["status", "phase"]?.string ?? "Pending")
        },
        text("Volume", "The volume behind it.", "spec", "volumeName"),
        TableColumn("Capacity", "Its size.") { object, _ in
            .string(Quantity(object["status", "capacity", "storage"])?.description ?? "")
        },
        TableColumn("Access Modes", "How many may use it.") { object, _ in
            let isBound = object["spec", "volumeName"]?.string?.isEmpty == false
            return .string(isBound ? accessModes(object["status", "accessModes"]) : "")
        },
        text("StorageClass", "Where volumes come from.", "spec", "storageClassName"),
        TableColumn("VolumeAttributesClass", "Further properties.") { _, _ in "<unset>" },
        .age,
        .field("VolumeMode", wide: true, "Files or blocks.", "spec", "volumeMode"),
    ]

    static let volume: [TableColumn] = [
        .name,
        TableColumn("Capacity", "Its size.") { object, _ in
            .string(Quantity(object["spec", "capacity", "storage"])?.description ?? "")
        },
        TableColumn("Access Modes", "How many may use it.") { object, _ in
            .string(accessModes(object["spec", "accessModes"]))
        },
        text("Reclaim Policy", "What becomes of it.", "spec", "persistentVolumeReclaimPolicy"),
        text("Status", "Available, Bound or Released.", "status", "phase"),
        TableColumn("Claim", "Who uses it.") { object, _ in
            guard let name = object["spec", "claimRef", "name"]?.string else { return "" }
            return .string("\(object["spec", "claimRef", "namespace"]?.string ?? "")/\(name)")
        },
        text("StorageClass", "Where it comes from.", "spec", "storageClassName"),
        TableColumn("VolumeAttributesClass", "Further properties.") { _, _ in "<unset>" },
        text("Reason", "Why it is in its state.", "status", "reason"),
        .age,
        .field("VolumeMode", wide: true, "Files or blocks.", "spec", "volumeMode"),
    ]

    private static func text(_ name: String, _ description: String, _ path: String...) -> TableColumn {
        TableColumn(name, description) { object, _ in .string(object.json[path: path]?.string ?? "") }
    }

    private static func accessModes(_ json: JSON?) -> String {
        let short = ["ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"]
        return (json?.array ?? []).compactMap { $0.string.flatMap { short[$0] } }.joined(separator: ",")
    }

    // MARK: Access

    static let role: [TableColumn] = [
        .name, .field("Created At", "When it was created.", "metadata", "creationTimestamp"),
    ]

    static let binding: [TableColumn] = [
        .name,
        TableColumn("Role", "What is granted.") { object, _ in
            .string("\(object["roleRef", "kind"]?.string ?? "")/\(object["roleRef", "name"]?.string ?? "")")
        },
        .age,
        subjects("Users", "User"),
        subjects("Groups", "Group"),
        TableColumn("ServiceAccounts", wide: true, "Service accounts it is granted to.") { object, _ in
            let names = (object["subjects"]?.array ?? []).filter { $0["kind"] == "ServiceAccount" }
                .map { "\($0["namespace"]?.string ?? "")/\($0["name"]?.string ?? "")" }
            return .string(names.joined(separator: ", "))
        },
    ]

    private static func subjects(_ name: String, _ kind: String) -> TableColumn {
        TableColumn(name, wide: true, "\(name) it is granted to.") { object, _ in
            let names = (object["subjects"]?.array ?? []).filter { $0["kind"]?.string == kind }
                .compactMap { $0["name"]?.string }
            return .string(names.joined(separator: ", "))
        }
    }
}
