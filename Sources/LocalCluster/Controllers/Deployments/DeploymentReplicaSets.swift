import Core
import Foundation
import Kubernetes

/// The ReplicaSets of one Deployment: the one of its current pod template, and the older ones, oldest first.
struct DeploymentReplicaSets: Sendable {
    private(set) var new: KubernetesObject?
    private(set) var old: [KubernetesObject]

    init(_ sets: [KubernetesObject], of deployment: KubernetesObject) {
        let template = Self.comparable(deployment["spec", "template"])
        let sorted = sets.sorted {
            ($0.creationTimestamp ?? .distantPast, $0.name) < ($1.creationTimestamp ?? .distantPast, $1.name)
        }
        // Several can match after a change of defaults: the oldest one wins, as in Kubernetes.
        new = sorted.first { Self.comparable($0["spec", "template"]) == template }
        old = sorted.filter { [uid = new?.uid] set in set.uid != uid }
    }

    var all: [KubernetesObject] { old + (new.map { [$0] } ?? []) }

    mutating func replace(_ set: KubernetesObject) {
        if new?.uid == set.uid {
            new = set
        } else if let index = old.firstIndex(where: { $0.uid == set.uid }) {
            old[index] = set
        }
    }

    mutating func adopt(asNew set: KubernetesObject) { new = set }

    mutating func remove(_ set: KubernetesObject) { old.removeAll { $0.uid == set.uid } }

    /// A pod template without the label that tells revisions apart.
    static func comparable(_ template: JSON?) -> JSON? {
        var template = template
        template?[path: "metadata", "labels", LabelName.podTemplateHash] = nil
        template?[path: "metadata", "creationTimestamp"] = nil
        return template
    }
}
