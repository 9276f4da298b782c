import Core

/// Says which object another belongs to: the garbage collector deletes it with its last owner.
package struct OwnerReference: Sendable, Hashable {
    package var apiVersion: String
    package var kind: String
    package var name: String
    package var uid: String
    package var isController: Bool
    package var blocksOwnerDeletion: Bool

    /// The reference a controller sets on what it makes.
    package init(controller owner: KubernetesObject) {
        apiVersion = owner.apiVersion
        kind = owner.kind
        name = owner.name
        uid = owner.uid ?? ""
        isController = true
        blocksOwnerDeletion = true
    }

    package init(_ json: JSON) {
        apiVersion = json["apiVersion"]?.string ?? ""
        kind = json["kind"]?.string ?? ""
        name = json["name"]?.string ?? ""
        uid = json["uid"]?.string ?? ""
        isController = json["controller"]?.bool ?? false
        blocksOwnerDeletion = json["blockOwnerDeletion"]?.bool ?? false
    }

    package var json: JSON {
        var members: [String: JSON] = [
            "apiVersion": .string(apiVersion), "kind": .string(kind), "name": .string(name), "uid": .string(uid),
        ]
        if isController { members["controller"] = true }
        if blocksOwnerDeletion { members["blockOwnerDeletion"] = true }
        return .object(members)
    }
}
