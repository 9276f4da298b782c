import Core
import Kubernetes

extension TableColumns {
    static let namespace: [TableColumn] = [
        .name, .field("Status", "Active or Terminating.", "status", "phase"), .age,
    ]

    static let node: [TableColumn] = [
        .name,
        TableColumn("Status", "Whether pods can run there.") { object, _ in
            var words = [object.condition("Ready")?.isTrue == true ? "Ready" : "NotReady"]
            if object["spec", "unschedulable"]?.bool == true { words.append("SchedulingDisabled") }
            return .string(words.joined(separator: ","))
        },
        TableColumn("Roles", "What the node is for.") { object, _ in
            let prefix = "node-role.kubernetes.io/"
            let roles = object.labels.keys.filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
            return .string(TableContext.orNone(roles.sorted().joined(separator: ",")))
        },
        .age,
        .field("Version", "The pod runtime's version.", "status", "nodeInfo", "kubeletVersion"),
        address("Internal-IP", "InternalIP"),
        address("External-IP", "ExternalIP"),
        .field("OS-Image", wide: true, "The operating system.", "status", "nodeInfo", "osImage"),
        .field("Kernel-Version", wide: true, "The kernel.", "status", "nodeInfo", "kernelVersion"),
        .field(
            "Container-Runtime",
            wide: true,
            "What runs containers.",
            "status",
            "nodeInfo",
            "containerRuntimeVersion"
        ),
    ]

    private static func address(_ name: String, _ type: String) -> TableColumn {
        TableColumn(name, wide: true, "An address of the node.") { object, _ in
            let addresses = object["status", "addresses"]?.array ?? []
            let match = addresses.first { $0["type"]?.string == type }
            return .string(TableContext.orNone(match?["address"]?.string ?? ""))
        }
    }

    static let event: [TableColumn] = [
        TableColumn("Last Seen", "When it happened last.") { object, context in
            .string(context.since(EventView(object).lastSeen))
        },
        .field("Type", "Normal or Warning.", "type"),
        .field("Reason", "Why, in a word.", "reason"),
        TableColumn("Object", "What it happened to.") { object, _ in
            .string("\(EventView(object).involvedKind.lowercased())/\(EventView(object).involvedName)")
        },
        TableColumn("Subobject", wide: true, "Which part of it.") { object, _ in
            .string(object["involvedObject", "fieldPath"]?.string ?? "")
        },
        TableColumn("Source", wide: true, "Who reports it.") { object, _ in
            let host = object["source", "host"]?.string ?? object["reportingInstance"]?.string ?? ""
            return .string(EventView(object).component + (host.isEmpty ? "" : ", \(host)"))
        },
        TableColumn("Message", "What happened.") { object, _ in
            .string(EventView(object).message.trimmingSuffix(while: \.isWhitespace))
        },
        TableColumn("First Seen", wide: true, "When it happened first.") { object, context in
            .string(context.since(EventView(object).firstSeen))
        },
        TableColumn("Count", wide: true, "How often it happened.") { object, _ in
            .int(Int64(EventView(object).count))
        },
        TableColumn("Name", format: .name, wide: true, "The event's own name.") { object, _ in .string(object.name) },
    ]

    static let lease: [TableColumn] = [
        .name, .field("Holder", "Who holds it.", "spec", "holderIdentity"), .age,
    ]
}

extension String {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, predicate(last) { text.removeLast() }
        return String(text)
    }
}
