import Core

extension TypedOperations {
    /// `config` on top of `live`: fields it states replace, keyed items merge, new items are appended.
    func merge(_ live: JSON, _ config: JSON, _ shape: Shape) -> JSON {
        if catalogue.isAtomic(shape) { return config }
        switch (live, config, shape) {
        case (.object(var members), .object(let stated), _):
            for (key, value) in stated {
                if value == .null {
                    members[key] = nil
                } else if let existing = members[key] {
                    members[key] = merge(existing, value, catalogue.shape(of: .field(key), in: shape))
                } else {
                    members[key] = value
                }
            }
            return .object(members)
        case (.array(let items), .array(let stated), .list(let itemShape, let rule)):
            return .array(mergeItems(items, stated, rule, itemShape))
        default:
            return config
        }
    }

    /// The applier's order counts; items that only others know keep their place relative to the ones before them.
    private func mergeItems(_ items: [JSON], _ stated: [JSON], _ rule: ListRule, _ itemShape: Shape) -> [JSON] {
        func elements(of list: [JSON]) -> [PathElement?] {
            list.enumerated().map { catalogue.element(for: $1, at: $0, rule: rule, itemShape: itemShape) }
        }
        let liveElements = elements(of: items)
        let statedElements = elements(of: stated)
        let statedSet = Set(statedElements.compactMap(\.self))
        var live: [PathElement: JSON] = [:]
        for (element, item) in zip(liveElements, items) {
            if let element, live[element] == nil { live[element] = item }
        }
        var result: [JSON] = []
        var next = 0
        func appendForeign(until stop: PathElement?) {
            while next < items.count {
                if let element = liveElements[next], statedSet.contains(element) {
                    if element == stop { next += 1 }
                    return
                }
                result.append(items[next])
                next += 1
            }
        }
        for (element, item) in zip(statedElements, stated) {
            appendForeign(until: element)
            result.append(element.flatMap { live[$0] }.map { merge($0, item, itemShape) } ?? item)
        }
        while next < items.count {
            if liveElements[next].map({ !statedSet.contains($0) }) ?? true { result.append(items[next]) }
            next += 1
        }
        return result
    }

    /// Without the paths in `set`; nil where nothing remains.
    func remove(_ set: FieldSet, from value: JSON, _ shape: Shape) -> JSON? {
        guard !set.isEmpty, !catalogue.isAtomic(shape) else { return value }
        switch (value, shape) {
        case (.object(let members), _):
            var rest: [String: JSON] = [:]
            for (key, member) in members where !set.contains(.field(key)) {
                let element = PathElement.field(key)
                rest[key] = remove(set.below(element), from: member, catalogue.shape(of: element, in: shape))
            }
            return rest.isEmpty && !members.isEmpty ? nil : .object(rest)
        case (.array(let items), .list(let itemShape, let rule)):
            let rest = items.enumerated().compactMap { index, item -> JSON? in
                guard let element = catalogue.element(for: item, at: index, rule: rule, itemShape: itemShape) else {
                    return item
                }
                return set.contains(element) ? nil : remove(set.below(element), from: item, itemShape)
            }
            return rest.isEmpty && !items.isEmpty ? nil : .array(rest)
        default:
            return value
        }
    }
}
