import Kubernetes

extension ObjectStore {
    /// The objects as they were at a version: the changes since then, undone.
    ///
    /// Pages of one list are of one state, however much is written between them.
    ///
    /// - Throws: `KubernetesStatusError`: 410 for a version that is forgotten, 504 for one that is not reached yet.
    func view(at past: Int64) throws(KubernetesStatusError) -> StoreView {
        guard past <= version else { throw .versionTooLarge(past, current: version) }
        guard past >= compacted else { throw .tooOld(requested: String(past), oldest: String(compacted)) }
        var result = view
        for change in history.reversed() {
            guard change.version > past else { break }
            if change.kind == .added {
                result.objects[change.resource]?[change.key] = nil
            } else if let previous = change.previous {
                result.objects[change.resource, default: [:]][change.key] = previous
            } else {
                throw .tooOld(requested: String(past), oldest: String(change.version))
            }
        }
        return result
    }
}
