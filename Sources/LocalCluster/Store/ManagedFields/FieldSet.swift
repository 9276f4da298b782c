import Core

/// A set of paths into an object, as a tree (`structured-merge-diff`'s `fieldpath.Set`).
struct FieldSet: Sendable, Hashable {
    /// Paths that end here.
    private(set) var members: Set<PathElement> = []
    /// Paths that go on; never holds an empty set.
    private(set) var children: [PathElement: FieldSet] = [:]

    var isEmpty: Bool { members.isEmpty && children.isEmpty }

    init() {}

    init(paths: [[PathElement]]) {
        for path in paths { insert(path[...]) }
    }

    mutating func insert(_ path: ArraySlice<PathElement>) {
        guard let first = path.first else { return }
        if path.count == 1 {
            members.insert(first)
        } else {
            children[first, default: FieldSet()].insert(path.dropFirst())
        }
    }

    mutating func insert(_ element: PathElement) { members.insert(element) }

    /// Puts a whole set below an element.
    mutating func set(_ child: FieldSet, below element: PathElement) {
        children[element] = child.isEmpty ? nil : child
    }

    func contains(_ element: PathElement) -> Bool { members.contains(element) }

    func below(_ element: PathElement) -> FieldSet { children[element] ?? FieldSet() }

    func union(_ other: FieldSet) -> FieldSet {
        var result = self
        result.members.formUnion(other.members)
        result.children.merge(other.children) { $0.union($1) }
        return result
    }

    func intersection(_ other: FieldSet) -> FieldSet {
        var result = FieldSet()
        result.members = members.intersection(other.members)
        for (element, child) in children {
            if let match = other.children[element] { result.set(child.intersection(match), below: element) }
        }
        return result
    }

    /// Without the paths of `other`; what lies below them stays.
    func subtracting(_ other: FieldSet) -> FieldSet {
        var result = self
        result.members.subtract(other.members)
        for (element, child) in children {
            if let match = other.children[element] { result.set(child.subtracting(match), below: element) }
        }
        return result
    }

    /// Without the paths of `other` and everything below them.
    func subtractingTrees(_ other: FieldSet) -> FieldSet {
        var result = self
        result.members.subtract(other.members)
        for (element, child) in children {
            if other.members.contains(element) {
                result.children[element] = nil
            } else if let match = other.children[element] {
                result.set(child.subtractingTrees(match), below: element)
            }
        }
        return result
    }

    /// With every structure field that has something below it as a member of its own, so that removing all that is
    /// below a field can remove the field.
    func withNamedFieldsAsMembers(_ catalogue: SchemaCatalogue, _ shape: Shape) -> FieldSet {
        var result = self
        for (element, child) in children {
            if case .field(let name) = element, case .structure(let type) = shape, catalogue[type]?[name] != nil {
                result.members.insert(element)
            }
            result.children[element] = child.withNamedFieldsAsMembers(
                catalogue,
                catalogue.shape(of: element, in: shape)
            )
        }
        return result
    }

    /// All paths, in a stable order.
    var paths: [[PathElement]] {
        let own = members.map { [$0] }
        let below = children.flatMap { element, child in child.paths.map { [element] + $0 } }
        return (own + below).sorted { Self.text(of: $0) < Self.text(of: $1) }
    }

    static func text(of path: [PathElement]) -> String { path.map(\.description).joined() }
}

extension FieldSet {
    /// The `fieldsV1` form: `{"f:spec":{"f:replicas":{}}}`, with `.` for a path that ends where others go on.
    var json: JSON {
        var entries: [String: JSON] = [:]
        for element in members { entries[element.encoded] = .object([:]) }
        for (element, child) in children {
            var tree = child.json
            if members.contains(element) { tree["."] = .object([:]) }
            entries[element.encoded] = tree
        }
        return .object(entries)
    }

    /// Reads the `fieldsV1` form; nil where it is none.
    init?(json: JSON) {
        guard let entries = json.object else { return nil }
        for (key, tree) in entries where key != "." {
            guard let element = PathElement(encoded: key), let fields = tree.object else { return nil }
            if fields.isEmpty || fields["."] != nil { members.insert(element) }
            guard let child = FieldSet(json: tree) else { return nil }
            set(child, below: element)
        }
    }
}

extension SchemaCatalogue {
    /// The shape of what an element leads to.
    func shape(of element: PathElement, in shape: Shape) -> Shape {
        switch (shape, element) {
        case (.structure(let name), .field(let field)): self[name]?[field]?.shape ?? .any
        case (.map(let item, _), .field): item
        case (.list(let item, _), _): item
        default: .any
        }
    }

    /// Whether a value of this shape belongs to one writer as a whole.
    func isAtomic(_ shape: Shape) -> Bool {
        switch shape {
        case .structure(let name): self[name]?.isAtomic ?? true
        case .map(_, let isAtomic): isAtomic
        case .list(_, let rule): rule == .atomic
        default: true
        }
    }

    /// How the item of a list is told from the others; nil for an item without its key.
    func element(for item: JSON, at index: Int, rule: ListRule, itemShape: Shape) -> PathElement? {
        switch rule {
        case .atomic: return .index(index)
        case .set: return .value(item)
        case .keyed(let keys):
            var fields: [String: JSON] = [:]
            for key in keys { fields[key] = item[key] ?? Self.defaultKeys[key] }
            return fields.count == keys.count ? .key(fields) : nil
        }
    }

    /// Key fields that have a default, so may be missing in what a user applies.
    private static let defaultKeys: [String: JSON] = ["protocol": "TCP"]
}
