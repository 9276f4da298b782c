import Core
import Foundation
import Kubernetes

/// Changes `status.conditions` by Kubernetes' rules: the transition time moves only when the status does.
enum Conditions {
    /// Sets a condition; `touching` moves `lastUpdateTime` even when nothing else changes.
    static func set(
        _ object: inout KubernetesObject,
        type: String,
        status: Bool,
        reason: String,
        message: String,
        at now: Date,
        touching: Bool = false
    ) {
        let status = status ? "True" : "False"
        let current = object.condition(type)
        let isSame = current?.status == status && current?.reason == reason && current?.message == message
        if isSame && !touching { return }
        let time = JSON.string(KubernetesTime.text(now))
        var condition: JSON = [
            "type": .string(type), "status": .string(status), "reason": .string(reason), "message": .string(message),
        ]
        if object.kind == "Deployment" { condition["lastUpdateTime"] = time }
        condition["lastTransitionTime"] = current?.status == status ? current?.json["lastTransitionTime"] ?? time : time
        let others = object["status", "conditions"]?.array?.filter { $0["type"]?.string != type } ?? []
        object["status", "conditions"] = .array(others + [condition])
    }

    static func remove(_ object: inout KubernetesObject, type: String) {
        guard object.condition(type) != nil else { return }
        let others = object["status", "conditions"]?.array?.filter { $0["type"]?.string != type } ?? []
        object["status", "conditions"] = .array(others)
    }
}
