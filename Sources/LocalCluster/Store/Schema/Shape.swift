/// The shape of one value of a Kubernetes object: what may stand there, and how several writers share it.
///
/// Lists and maps carry the rule of server-side apply (`x-kubernetes-list-type`, `x-kubernetes-map-type`):
/// an *atomic* value belongs to one writer as a whole, the others are shared item by item.
indirect enum Shape: Sendable, Hashable {
    case string
    case boolean
    /// A whole number of so many bits.
    case integer(Int)
    case number
    /// Base64 in JSON.
    case bytes
    /// RFC 3339, whole seconds.
    case time
    /// RFC 3339, microseconds.
    case microTime
    /// `100m`, `64Mi`, or a number.
    case quantity
    case integerOrString
    /// Kept as it is: JSON without a known shape.
    case any
    /// A type of the catalogue, by its full name (`io.k8s.api.core.v1.PodSpec`).
    case structure(String)
    case map(Shape, isAtomic: Bool)
    case list(Shape, ListRule)
}

/// How the items of a list are told apart.
enum ListRule: Sendable, Hashable {
    /// Not at all: the list is replaced as a whole.
    case atomic
    /// By their value.
    case set
    /// By some of their fields.
    case keyed([String])
}

/// A field of a structure.
struct SchemaField: Sendable, Hashable {
    let name: String
    let shape: Shape
    /// Whether the API shows the field even where it is empty (in Kubernetes' own types: neither a pointer nor
    /// `omitempty`). Nobody owns the mere existence of such a field.
    let isAlwaysPresent: Bool
    /// Whether zero says something else than nothing (in Kubernetes' own types: a pointer).
    let isOptional: Bool
    /// The field's number in Protocol Buffers, behind those of the messages it is embedded in; nil where it is not
    /// known.
    let protobufPath: [Int]?
    /// `merge`, `replace`, `retainKeys`: how a strategic merge patch treats the field.
    let patchStrategy: String?
    /// The key by which a strategic merge patch finds an item.
    let patchMergeKey: String?
}

/// A named structure of the API.
struct StructureType: Sendable, Hashable {
    /// `io.k8s.api.apps.v1.Deployment`.
    let name: String
    let isAtomic: Bool
    /// In the order of the definition.
    let fields: [SchemaField]
    private let index: [String: Int]

    init(name: String, isAtomic: Bool, fields: [SchemaField]) {
        self.name = name
        self.isAtomic = isAtomic
        self.fields = fields
        index = Dictionary(fields.indices.map { (fields[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// `Deployment`: as messages name the type.
    var shortName: String { String(name.split(separator: ".").last ?? "") }

    subscript(_ field: String) -> SchemaField? { index[field].map { fields[$0] } }
}
