import Core

extension StrategicMerger {
    func mergeList(
        _ patch: [JSON],
        into original: [JSON],
        schema: MergeSchema,
        path: String
    ) throws(PatchError) -> [JSON] {
        guard let mergeKey = schema.patch.mergeKey else {
            return order(.plain, keys: 1, merged: unique(original + patch), patch: patch, original: original)
        }
        let identity = identity(mergeKey: mergeKey, schema: schema, lists: [original, patch])
        let merged = try mergeElements(patch, into: original, schema: schema, identity: identity, path: path)
        guard let merged else { return try replacement(patch) }
        return order(identity.order, keys: identity.keys.count, merged: merged, patch: patch, original: original)
    }

    private func order(
        _ order: ElementOrder,
        keys: Int,
        merged: [JSON],
        patch: [JSON],
        original: [JSON]
    ) -> [JSON] {
        switch dialect {
        case .api: order.normalized(merged: merged, patch: patch, server: original)
        case .kustomize where keys > 1: order.newFirst(merged: merged, patch: patch, server: original)
        case .kustomize: order.patchFirst(merged: merged, patch: patch)
        }
    }

    /// Nil where a `$patch: replace` element says that the rest of the patch is the whole list.
    private func mergeElements(
        _ patch: [JSON],
        into original: [JSON],
        schema: MergeSchema,
        identity: ElementIdentity,
        path: String
    ) throws(PatchError) -> [JSON]? {
        var result = original
        var replaces = false
        var changes: [JSON] = []
        for element in patch {
            switch element[PatchDirective.patch] {
            case nil: changes.append(element)
            case "replace" where isListDirective(element): replaces = true
            case "merge" where dialect == .kustomize: changes.append(element)
            case "replace" where dialect == .kustomize:
                throw PatchError(
                    .malformed,
                    "$patch: replace on an element of \(path) has no effect in kustomize: set what is not wanted to null"
                )
            case "replace": replaces = true
            case "delete":
                guard identity.isNamed(element) else { throw missingKey(element, identity, path) }
                try refuseHalfNamed(element, in: original, identity, path)
                result.removeAll { identity.matches($0, element) }
            case .some(let directive): throw unknown(directive, path)
            }
        }
        if replaces { return nil }
        for change in changes {
            guard let members = change.object, identity.isNamed(change) else {
                throw missingKey(change, identity, path)
            }
            try refuseHalfNamed(change, in: original, identity, path)
            if let index = result.firstIndex(where: { identity.matches($0, change) }) {
                let place = "\(path)[\(identity.describe(change))]"
                result[index] = .object(
                    try merge(members, into: result[index].object ?? [:], schema: schema.element, path: place)
                )
            } else if let element = try fresh(change) {
                result.append(element)
            }
        }
        return result
    }

    private func replacement(_ patch: [JSON]) throws(PatchError) -> [JSON] {
        var result: [JSON] = []
        for element in patch where !isDirective(element) {
            if let element = try fresh(element) { result.append(element) }
        }
        return result
    }

    private func isDirective(_ element: JSON) -> Bool { element[PatchDirective.patch] != nil }

    /// The API server knows elements by the one merge key. kustomize takes all of server-side apply's keys that any
    /// element has: two ports of one number and different protocols are two.
    private func identity(mergeKey: String, schema: MergeSchema, lists: [[JSON]]) -> ElementIdentity {
        guard dialect == .kustomize, case .map(let keys, _) = schema.apply, keys.count > 1 else {
            return ElementIdentity(keys: [mergeKey])
        }
        let used = keys.filter { key in lists.contains { list in list.contains { $0[key] != nil } } }
        return ElementIdentity(keys: used.isEmpty ? [mergeKey] : used)
    }

    /// kustomize passes over an element that has a key which its namesake lacks: one port with and one without its
    /// protocol. That a patch has no effect must not go unseen.
    private func refuseHalfNamed(
        _ element: JSON,
        in original: [JSON],
        _ identity: ElementIdentity,
        _ path: String
    ) throws(PatchError) {
        guard identity.keys.count > 1, !original.contains(where: { identity.matches($0, element) }) else { return }
        let first = identity.keys[0]
        for other in original where other[first] == element[first] {
            for key in identity.keys.dropFirst() where (other[key] == nil) != (element[key] == nil) {
                throw PatchError(
                    .malformed,
                    "\(path)[\(identity.describe(element))] has a \"\(key)\" only in the patch or only in the object:"
                        + " write it in both"
                )
            }
        }
    }

    private func missingKey(_ element: JSON, _ identity: ElementIdentity, _ path: String) -> PatchError {
        PatchError(
            .malformed,
            "An element of \(path) in the patch has no \"\(identity.keys[0])\": \(element.text().prefix(120))"
        )
    }

    private func unique(_ values: [JSON]) -> [JSON] {
        var seen: Set<JSON> = []
        return values.filter { seen.insert($0).inserted }
    }

    /// `$deleteFromPrimitiveList/NAME` and `$setElementOrder/NAME`, as kubectl's apply sends them.
    func applyListDirectives(
        _ patch: inout [String: JSON],
        to result: inout [String: JSON],
        schema: MergeSchema,
        path: String
    ) throws(PatchError) {
        for key in patch.keys.sorted() where key.hasPrefix(PatchDirective.deleteFromPrimitiveList) {
            let name = String(key.dropFirst(PatchDirective.deleteFromPrimitiveList.count))
            guard let removed = patch.removeValue(forKey: key)?.array else {
                throw PatchError(.malformed, "\(key) at \(place(path)) must be a list")
            }
            guard let values = result[name]?.array else { continue }
            result[name] = .array(values.filter { !removed.contains($0) })
        }
        for key in patch.keys.sorted() where key.hasPrefix(PatchDirective.setElementOrder) {
            let name = String(key.dropFirst(PatchDirective.setElementOrder.count))
            guard let order = patch.removeValue(forKey: key)?.array else {
                throw PatchError(.malformed, "\(key) at \(place(path)) must be a list")
            }
            try reorder(name, by: order, patch: &patch, result: &result, schema: schema.field(name), path: path)
        }
    }

    private func reorder(
        _ name: String,
        by order: [JSON],
        patch: inout [String: JSON],
        result: inout [String: JSON],
        schema: MergeSchema,
        path: String
    ) throws(PatchError) {
        let changes = patch.removeValue(forKey: name)?.array
        guard changes != nil || result[name] != nil else { return }
        let server = result[name]?.array ?? []
        let place = path.isEmpty ? name : "\(path).\(name)"
        let ordering = schema.patch.mergeKey.map { ElementIdentity(keys: [$0]).order } ?? .plain
        let known = (changes ?? []).filter { !isDirective($0) }.map { ordering.index(of: $0, in: order) }
        guard known.allSatisfy({ $0 != nil }), known.compactMap({ $0 }) == known.compactMap({ $0 }).sorted() else {
            throw PatchError(.malformed, "The order of \(place) in the patch does not match its $setElementOrder list")
        }
        var merged = server
        var serverOrder = server
        if let changes {
            merged = try mergeList(changes, into: server, schema: schema, path: place)
            // The reference implementation deletes and appends in place, so that new elements stand where deleted
            // ones left room; what it puts out depends on it.
            let kept = server.filter { ordering.index(of: $0, in: merged) != nil }
            let added = changes.filter { !isDirective($0) && ordering.index(of: $0, in: server) == nil }
            serverOrder = Array((kept + added).prefix(server.count))
        }
        result[name] = .array(ordering.normalized(merged: merged, patch: order, server: serverOrder))
    }
}

extension MergeSchema {
    /// The rules of this list's elements.
    var element: MergeSchema { MergeSchema(typeName) }
}
