import Kubernetes

/// Something the cluster said while a rollout is followed.
package enum ClusterChange: Sendable, Hashable {
    /// An object as it is now: from a list, or ADDED and MODIFIED of a watch.
    case present(KubernetesObject)
    case removed(KubernetesObject)

    /// The change a watch event stands for; nil for bookmarks and errors, which change nothing.
    package init?(_ event: WatchEvent) {
        switch event.kind {
        case .added, .modified: self = .present(event.object)
        case .deleted: self = .removed(event.object)
        case .bookmark, .error: return nil
        }
    }
}
