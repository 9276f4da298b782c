import Images

/// Which paths of lower layers still show, when layers are read from the top.
struct LayerView {
    private var seen: Set<ArchivePath> = []
    /// Whatever lies below these in lower layers is hidden.
    private var closed: Set<ArchivePath> = []
    /// What this layer closes for the ones below it.
    private var pending: Set<ArchivePath> = []
    /// Entries of lower layers that whiteouts hide, by their own names.
    private var hidden: Set<ArchivePath> = []
    private var pendingHidden: Set<ArchivePath> = []

    mutating func beginLayer() {
        closed.formUnion(pending)
        hidden.formUnion(pendingHidden)
        pending = []
        pendingHidden = []
    }

    /// Notes an entry of the current layer; says whether it is part of the final file system.
    mutating func shows(_ path: ArchivePath, _ kind: TarEntry.Kind) -> Bool {
        let whiteout = Array(".wh.".utf8)
        if path.name.starts(with: whiteout) {
            if path.name == Array(".wh..wh..opq".utf8) {
                pending.insert(path.parent)
            } else if !path.name.starts(with: Array(".wh..wh.".utf8)) {
                let target = path.parent.appending(Array(path.name.dropFirst(whiteout.count)))
                pending.insert(target)
                pendingHidden.insert(target)
            }
            return false
        }
        var ancestor = path
        while !ancestor.isRoot {
            ancestor = ancestor.parent
            if closed.contains(ancestor) { return false }
        }
        guard !hidden.contains(path), seen.insert(path).inserted else { return false }
        if kind != .directory { pending.insert(path) }
        return true
    }
}
