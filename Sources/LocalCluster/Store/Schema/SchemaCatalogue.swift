/// Every type the local cluster's API knows, read once from the compact notation in `Schema/Types`.
///
/// One description serves all that needs to know a type: the OpenAPI documents `kubectl` asks for, the refusal of
/// unknown fields, and the ownership of fields in server-side apply.
struct SchemaCatalogue: Sendable {
    let types: [String: StructureType]
    /// What is wrong with the notation; empty, or a test fails.
    let problems: [String]

    static let builtIn = SchemaCatalogue(notation: BuiltInTypes.all)

    init(notation: [String]) {
        var parser = SchemaNotationParser()
        for text in notation { parser.parse(text) }
        (types, problems) = parser.finish()
    }

    subscript(_ name: String) -> StructureType? { types[name] }

    /// The names of all types that `name` is made of, itself included.
    func closure(of name: String) -> Set<String> {
        var found: Set<String> = []
        var pending = [name]
        while let next = pending.popLast() {
            guard found.insert(next).inserted, let type = types[next] else { continue }
            for field in type.fields { pending.append(contentsOf: Self.references(of: field.shape)) }
        }
        return found
    }

    private static func references(of shape: Shape) -> [String] {
        switch shape {
        case .structure(let name): [name]
        case .map(let element, _), .list(let element, _): references(of: element)
        default: []
        }
    }
}
