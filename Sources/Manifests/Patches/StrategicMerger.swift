import Core

/// Merges objects; lists are in `StrategicMerger+Lists`.
struct StrategicMerger {
    let dialect: StrategicMergePatch.Dialect

    func merge(
        _ patch: [String: JSON],
        into original: [String: JSON],
        schema: MergeSchema,
        path: String
    ) throws(PatchError) -> [String: JSON] {
        var patch = patch
        var result = original
        if let directive = patch.removeValue(forKey: PatchDirective.patch) {
            switch directive {
            case "replace": return try withoutDirectives(patch)
            case "delete": return [:]
            case "merge" where dialect == .kustomize: break
            default: throw unknown(directive, path)
            }
        }
        if let retained = patch.removeValue(forKey: PatchDirective.retainKeys) {
            try retain(retained, of: &result, patch: patch, path: path)
        }
        try applyListDirectives(&patch, to: &result, schema: schema, path: path)
        for (key, change) in patch {
            let place = path.isEmpty ? key : "\(path).\(key)"
            result[key] = try merged(change, into: result[key], schema: schema.field(key), path: place)
        }
        return result
    }

    /// Nil removes the member.
    private func merged(
        _ change: JSON,
        into original: JSON?,
        schema: MergeSchema,
        path: String
    ) throws(PatchError) -> JSON? {
        if change.isNull { return nil }
        guard let original else { return try fresh(change) }
        switch (change, original) {
        case (.object(let change), .object(let original)):
            if schema.patch.replaces { return .object(try withoutDirectives(change)) }
            let result = try merge(change, into: original, schema: schema, path: path)
            // kustomize drops an object that the patch deleted; the API server keeps it, empty.
            return dialect == .kustomize && change[PatchDirective.patch] == "delete" ? nil : .object(result)
        case (.array(let change), .array(let original)):
            guard schema.patch.merges else { return .array(try change.map(discardingNulls)) }
            return .array(try mergeList(change, into: original, schema: schema, path: path))
        default:
            return try fresh(change)
        }
    }

    /// A value that is new here: taken as it is, without nulls and directives.
    func fresh(_ value: JSON) throws(PatchError) -> JSON? {
        switch value {
        case .null: return nil
        case .object(let members):
            return members[PatchDirective.patch] == "delete" ? nil : .object(try withoutDirectives(members))
        case .array(let elements):
            var kept: [JSON] = []
            for element in elements {
                if element.isNull {
                    kept.append(element)
                } else if !isListDirective(element), let element = try fresh(element) {
                    kept.append(element)
                }
            }
            return .array(kept)
        default: return value
        }
    }

    private func withoutDirectives(_ members: [String: JSON]) throws(PatchError) -> [String: JSON] {
        var result: [String: JSON] = [:]
        for (key, value) in members where !PatchDirective.isDirective(key) { result[key] = try fresh(value) }
        return result
    }

    /// The elements of a list that replaces another keep their nulls out and everything else in.
    private func discardingNulls(_ value: JSON) throws(PatchError) -> JSON {
        switch value {
        case .object(let members): .object(try withoutDirectives(members))
        default: value
        }
    }

    /// `{$patch: replace}` as an element is no element.
    func isListDirective(_ element: JSON) -> Bool {
        element.object?.count == 1 && element[PatchDirective.patch] != nil
    }

    private func retain(
        _ retained: JSON,
        of members: inout [String: JSON],
        patch: [String: JSON],
        path: String
    ) throws(PatchError) {
        guard let names = retained.array?.compactMap(\.string) else {
            throw PatchError(.malformed, "$retainKeys at \(place(path)) must be a list of names")
        }
        for key in patch.keys where !PatchDirective.isDirective(key) && !names.contains(key) {
            throw PatchError(
                .malformed,
                "The patch sets \"\(key)\" at \(place(path)), which its $retainKeys does not hold"
            )
        }
        members = members.filter { names.contains($0.key) }
    }

    func unknown(_ directive: JSON, _ path: String) -> PatchError {
        PatchError(
            .malformed,
            "unknown patch type \(directive.text()) at \(place(path)); allowed are replace and delete"
        )
    }

    func place(_ path: String) -> String { path.isEmpty ? "the top" : path }
}
