import Core

/// Operations on a value that follow the shape of its type: which fields it has, how it differs from another, what
/// merging and removing give (`structured-merge-diff`'s `typed` package).
struct TypedOperations: Sendable {
    let catalogue: SchemaCatalogue

    // MARK: Fields

    /// The fields that a value states: what an applier owns.
    func fields(of value: JSON, _ shape: Shape) -> FieldSet {
        var set = FieldSet()
        for (element, child, childShape) in children(of: value, shape) {
            if catalogue.isAtomic(childShape) {
                set.insert(element)
            } else {
                set.set(fields(of: child, childShape), below: element)
                if ownsItself(element, child, in: shape) { set.insert(element) }
            }
        }
        return set
    }

    /// Items of lists and maps are owned as such; a structure's field only where it holds nothing else.
    private func ownsItself(_ element: PathElement, _ value: JSON, in shape: Shape) -> Bool {
        guard case .field = element, case .structure = shape else { return true }
        return isEmpty(value)
    }

    private func isEmpty(_ value: JSON) -> Bool {
        switch value {
        case .object(let members): members.isEmpty
        case .array(let items): items.isEmpty
        case .null: true
        default: false
        }
    }

    /// The parts of a shared value with the element that leads to each; nothing for an atomic value.
    private func children(of value: JSON, _ shape: Shape) -> [(PathElement, JSON, Shape)] {
        guard !catalogue.isAtomic(shape) else { return [] }
        switch (value, shape) {
        case (.object(let members), _):
            return members.map { (.field($0), $1, catalogue.shape(of: .field($0), in: shape)) }
        case (.array(let items), .list(let itemShape, let rule)):
            return items.enumerated().compactMap { index, item in
                catalogue.element(for: item, at: index, rule: rule, itemShape: itemShape).map { ($0, item, itemShape) }
            }
        default: return []
        }
    }

    // MARK: Difference

    struct Difference: Sendable {
        var added = FieldSet()
        var modified = FieldSet()
        var removed = FieldSet()
        var isEmpty: Bool { added.isEmpty && modified.isEmpty && removed.isEmpty }
    }

    func difference(from old: JSON, to new: JSON, _ shape: Shape) -> Difference {
        guard old != new else { return Difference() }
        let before = Dictionary(
            children(of: old, shape).map { ($0.0, ($0.1, $0.2)) },
            uniquingKeysWith: { first, _ in first }
        )
        let after = Dictionary(
            children(of: new, shape).map { ($0.0, ($0.1, $0.2)) },
            uniquingKeysWith: { first, _ in first }
        )
        var result = Difference()
        for (element, (value, childShape)) in after {
            guard let (oldValue, _) = before[element] else {
                insert(element, value, childShape, in: shape, into: &result.added)
                continue
            }
            guard oldValue != value else { continue }
            if catalogue.isAtomic(childShape) || (isEmpty(value) && isEmpty(oldValue)) {
                result.modified.insert(element)
            } else {
                let below = difference(from: oldValue, to: value, childShape)
                result.added.set(below.added, below: element)
                result.modified.set(below.modified, below: element)
                result.removed.set(below.removed, below: element)
            }
        }
        for (element, (value, childShape)) in before where after[element] == nil {
            insert(element, value, childShape, in: shape, into: &result.removed)
        }
        return result
    }

    /// A part that is only on one side: itself and all below it, but not the mere existence of a field that is
    /// always there.
    private func insert(
        _ element: PathElement,
        _ value: JSON,
        _ childShape: Shape,
        in shape: Shape,
        into set: inout FieldSet
    ) {
        if !isEmpty(value), isAlwaysPresent(element, in: shape), !catalogue.isAtomic(childShape) {
            set.set(everything(in: value, childShape), below: element)
        } else {
            set.insert(element)
            set.set(everything(in: value, childShape), below: element)
        }
    }

    private func everything(in value: JSON, _ shape: Shape) -> FieldSet {
        var set = FieldSet()
        for (element, child, childShape) in children(of: value, shape) {
            insert(element, child, childShape, in: shape, into: &set)
        }
        return set
    }

    private func isAlwaysPresent(_ element: PathElement, in shape: Shape) -> Bool {
        guard case .field(let name) = element, case .structure(let type) = shape else { return false }
        return catalogue[type]?[name]?.isAlwaysPresent ?? false
    }
}
