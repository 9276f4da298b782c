import Core
import Kubernetes

/// What a rollout is to arrive at.
package struct RolloutTarget: Sendable, Hashable {
    /// The Deployment as the server answered the write that started the rollout.
    package let deployment: KubernetesObject
    /// Names of ConfigMaps and Secrets that this release itself writes: a kubelet that has not seen them yet may
    /// still say for a moment that they are missing.
    package let releaseObjects: Set<String>
    package let limits: RolloutSettings

    package init(deployment: KubernetesObject, releaseObjects: Set<String> = [], limits: RolloutSettings) {
        self.deployment = deployment
        self.releaseObjects = releaseObjects
        self.limits = limits
    }

    var template: JSON { Self.comparable(deployment["spec", "template"]) }

    /// A pod template without what a controller adds (`pod-template-hash`) and without nulls, for comparing a
    /// Deployment's with a ReplicaSet's.
    static func comparable(_ template: JSON?) -> JSON {
        var template = withoutNulls(template ?? .object([:]))
        template[path: "metadata", "labels", LabelName.podTemplateHash] = nil
        for field in ["labels", "annotations"] where template[path: "metadata", field]?.object?.isEmpty == true {
            template[path: "metadata", field] = nil
        }
        if template["metadata"]?.object?.isEmpty == true { template["metadata"] = nil }
        return template
    }

    private static func withoutNulls(_ value: JSON) -> JSON {
        switch value {
        case .object(let members): .object(members.filter { !$0.value.isNull }.mapValues(withoutNulls))
        case .array(let elements): .array(elements.map(withoutNulls))
        default: value
        }
    }
}
