import Core

/// Which element of a list another one is about.
struct ElementIdentity {
    let keys: [String]

    /// A patch's element must have the first key; the others may be absent.
    func isNamed(_ element: JSON) -> Bool { element[keys[0]].map { !$0.isNull } ?? false }

    func matches(_ left: JSON, _ right: JSON) -> Bool {
        keys.allSatisfy { key in left[key] == right[key] } && isNamed(left)
    }

    func describe(_ element: JSON) -> String {
        keys.compactMap { key in element[key].map { "\(key)=\($0.string ?? $0.text())" } }.joined(separator: ",")
    }

    var order: ElementOrder { ElementOrder(same: matches) }
}

/// Puts the elements of a merged list in order.
struct ElementOrder {
    let same: (JSON, JSON) -> Bool

    static var plain: ElementOrder { ElementOrder { $0 == $1 } }

    func index(of element: JSON, in list: [JSON]) -> Int? { list.firstIndex { same($0, element) } }

    /// The patch's elements in the patch's order, and the server's own woven in where they stood before
    /// (`normalizeElementOrder`, `mergeSortedSlice`).
    func normalized(merged: [JSON], patch: [JSON], server: [JSON]) -> [JSON] {
        let fromPatch = sorted(merged.filter { index(of: $0, in: patch) != nil }, by: patch)
        let serverOnly = sorted(merged.filter { index(of: $0, in: patch) == nil }, by: server)
        var result: [JSON] = []
        var left = serverOnly[...]
        var right = fromPatch[...]
        while let first = left.first, let second = right.first {
            if let before = index(of: first, in: server), let after = index(of: second, in: server), before < after {
                result.append(left.removeFirst())
            } else {
                result.append(right.removeFirst())
            }
        }
        return result + left + right
    }

    /// kustomize, for lists with one key: all that the patch names comes first, in its order.
    func patchFirst(merged: [JSON], patch: [JSON]) -> [JSON] {
        sorted(merged.filter { index(of: $0, in: patch) != nil }, by: patch)
            + merged.filter { index(of: $0, in: patch) == nil }
    }

    /// kustomize, for lists with several keys: what the patch adds comes before what was there.
    func newFirst(merged: [JSON], patch: [JSON], server: [JSON]) -> [JSON] {
        sorted(merged.filter { index(of: $0, in: server) == nil }, by: patch)
            + merged.filter { index(of: $0, in: server) != nil }
    }

    private func sorted(_ elements: [JSON], by order: [JSON]) -> [JSON] {
        elements.enumerated()
            .map { (element: $1, rank: index(of: $1, in: order) ?? Int.max, place: $0) }
            .sorted { ($0.rank, $0.place) < ($1.rank, $1.place) }
            .map(\.element)
    }
}
