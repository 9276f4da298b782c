extension YAMLNode {
    /// The plain value, without places. Key order is lost, as it is in JSON.
    package var json: JSON {
        switch content {
        case .scalar(let scalar): scalar.value
        case .sequence(let elements): .array(elements.map(\.json))
        case .mapping(let entries):
            .object(Dictionary(entries.map { ($0.key, $0.value.json) }, uniquingKeysWith: { _, last in last }))
        }
    }
}
