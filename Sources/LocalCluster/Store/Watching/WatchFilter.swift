import Kubernetes

/// Which changes a watcher sees, and as what.
struct WatchFilter: Sendable {
    let resource: String
    /// Nil for all.
    let namespace: String?
    let labels: LabelSelector
    let fields: FieldSelector

    private var selectsAll: Bool { labels.isEmpty && fields.isEmpty }

    func matches(_ object: KubernetesObject) -> Bool {
        selectsAll || (labels.matches(object) && fields.matches(object))
    }

    /// An object that begins to match is added for this watcher; one that no longer matches is deleted.
    func event(for change: Change) -> WatchEvent? {
        guard change.resource == resource, namespace == nil || change.key.namespace == namespace else { return nil }
        let isMatch = matches(change.object)
        switch change.kind {
        case .added:
            return isMatch ? WatchEvent(.added, change.object) : nil
        case .deleted:
            return isMatch || change.previous.map(matches) ?? true ? WatchEvent(.deleted, change.object) : nil
        case .modified:
            // Where the state before is forgotten the watcher may have seen it.
            let wasMatch = change.previous.map(matches) ?? true
            switch (wasMatch, isMatch) {
            case (true, true): return WatchEvent(.modified, change.object)
            case (false, true): return WatchEvent(.added, change.object)
            case (true, false): return WatchEvent(.deleted, change.object)
            case (false, false): return nil
            }
        }
    }
}
