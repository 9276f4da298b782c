/// The form that a part of a file must have, and where expressions may stand in it.
///
/// `in:` is the place whose contexts an expression may name; nil where no expression is allowed.
indirect enum Shape: Sendable {
    /// Any scalar, taken as text.
    case string(in: ExpressionPlace? = nil, nonEmpty: Bool = false)
    /// One of these words.
    case word([String])
    case boolean(in: ExpressionPlace? = nil)
    case number(in: ExpressionPlace? = nil)
    /// A string, boolean or number, which stays what it is.
    case scalar(in: ExpressionPlace? = nil)
    /// Nothing behind the colon.
    case empty
    /// An `if`: an expression with or without `${{ }}`.
    case condition(in: ExpressionPlace, implicit: ExpressionFunction = .success)
    case sequence(Shape, in: ExpressionPlace? = nil)
    case mapping(MappingShape, in: ExpressionPlace? = nil)
    /// Scalars, sequences and mappings of any depth.
    case anything(in: ExpressionPlace? = nil)
    case either([Shape])
    /// A mapping that is of the first of these kinds that fits.
    case variants([Variant], otherwise: MappingShape)
    /// A list of a job's steps; by name, since a step may hold steps.
    case nestedSteps

    static let name: Shape = .string(nonEmpty: true)
    static let names: Shape = .sequence(.string(nonEmpty: true))
    static let nameOrNames: Shape = .either([.name, .names])

    var isCollection: Bool {
        switch self {
        case .sequence, .mapping, .variants, .nestedSteps: true
        default: false
        }
    }

    /// For messages: `a string`, `a sequence`.
    var summary: String {
        switch self {
        case .string(_, let nonEmpty): nonEmpty ? "a non-empty string" : "a string"
        case .word(let words): words.map { "\"\($0)\"" }.joined(separator: " or ")
        case .boolean: "a boolean"
        case .number: "a number"
        case .scalar: "a string, boolean or number"
        case .empty: "nothing"
        case .condition: "a condition"
        case .sequence, .nestedSteps: "a sequence"
        case .mapping, .variants: "a mapping"
        case .anything: "a value"
        case .either(let shapes): shapes.map(\.summary).joined(separator: " or ")
        }
    }
}

/// A kind of mapping, known by a key that it has, or by the value of that key.
struct Variant: Sendable {
    let key: String
    /// Nil: any value.
    var values: [String]?
    let shape: MappingShape
}

/// The keys that a mapping may have.
struct MappingShape: Sendable {
    struct Key: Sendable {
        let name: String
        let shape: Shape
        let isRequired: Bool
    }

    /// For messages: `a job`.
    let title: String
    let keys: [Key]
    /// The form of values under keys of the user's own choice; nil where only `keys` are allowed.
    let others: Shape?
    /// What keys of the user's own choice must look like.
    let otherKeys: KeyRule
    /// The keys of which one makes this mapping a known kind; missing here.
    let kinds: [String]

    enum KeyRule: Sendable {
        case anyName
        /// A letter or `_`, then letters, digits, `_` and `-`, at most 100 characters.
        case identifier(String)
    }

    private let byName: [String: Key]

    init(
        _ title: String,
        _ keys: [Key],
        others: Shape? = nil,
        otherKeys: KeyRule = .anyName,
        kinds: [String] = []
    ) {
        self.title = title
        self.keys = keys
        self.others = others
        self.otherKeys = otherKeys
        self.kinds = kinds
        byName = Dictionary(keys.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    subscript(_ name: String) -> Key? { byName[name] }
}

extension MappingShape.Key {
    static func required(_ name: String, _ shape: Shape) -> Self { Self(name: name, shape: shape, isRequired: true) }
    static func optional(_ name: String, _ shape: Shape) -> Self { Self(name: name, shape: shape, isRequired: false) }
}
