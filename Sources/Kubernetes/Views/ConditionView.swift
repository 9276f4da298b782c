import Core
import Foundation

/// One entry of `status.conditions`.
package struct ConditionView: Sendable, Hashable {
    package let json: JSON

    package init(_ json: JSON) { self.json = json }

    package var type: String { json["type"]?.string ?? "" }
    /// `True`, `False` or `Unknown`.
    package var status: String { json["status"]?.string ?? "Unknown" }
    package var isTrue: Bool { status == "True" }
    package var isFalse: Bool { status == "False" }
    package var reason: String { json["reason"]?.string ?? "" }
    package var message: String { json["message"]?.string ?? "" }
    package var lastTransitionTime: Date? { KubernetesTime.parse(json["lastTransitionTime"]?.string) }
    package var lastUpdateTime: Date? { KubernetesTime.parse(json["lastUpdateTime"]?.string) }
}

extension KubernetesObject {
    package var conditions: [ConditionView] { self["status", "conditions"]?.array?.map(ConditionView.init) ?? [] }

    package func condition(_ type: String) -> ConditionView? { conditions.first { $0.type == type } }
}
