internal import Core

/// What is known of an expression's value before it is evaluated.
indirect enum ExpressionType: Sendable {
    /// Nothing is known.
    case any
    case null, boolean, number, string
    /// A filtered array (`.*`) hands `.name` on to its elements.
    case array(ExpressionType, isFiltered: Bool)
    case object(ObjectType)

    /// For messages: `a string`.
    var name: String {
        switch self {
        case .any: "anything"
        case .null: "null"
        case .boolean: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    var isCollection: Bool {
        switch self {
        case .array, .object: true
        default: false
        }
    }

    /// The type of a value that is one or the other.
    func merged(with other: ExpressionType) -> ExpressionType {
        switch (self, other) {
        case (.null, .null), (.boolean, .boolean), (.number, .number), (.string, .string): return self
        case (.array(let left, let isFiltered), .array(let right, let isAlsoFiltered)):
            return .array(left.merged(with: right), isFiltered: isFiltered && isAlsoFiltered)
        case (.object(let left), .object(let right)): return .object(left.merged(with: right))
        default: return .any
        }
    }

    /// The type of a value that is known.
    init(_ value: ExpressionValue) {
        switch value {
        case .null: self = .null
        case .bool: self = .boolean
        case .number: self = .number
        case .string: self = .string
        case .array(let array):
            let elements = array.elements.map(ExpressionType.init)
            self = .array(Self.merge(elements), isFiltered: false)
        case .object(let object):
            self = .object(ObjectType("the object", object.entries.map { ($0.key, ExpressionType($0.value)) }))
        }
    }

    static func merge(_ types: [ExpressionType]) -> ExpressionType {
        guard let first = types.first else { return .any }
        return types.dropFirst().reduce(first) { $0.merged(with: $1) }
    }
}

/// The members of an object.
struct ObjectType: Sendable {
    /// For messages: `the outputs of step "build"`.
    let title: String
    /// By folded name.
    private(set) var members: [String: ExpressionType]
    private(set) var names: [String]
    /// The type of members that are not listed; nil where there are none.
    var rest: ExpressionType?
    /// How bad it is to name a member that does not exist.
    var severity = Diagnostic.Severity.error

    init(_ title: String, _ members: [(String, ExpressionType)] = [], rest: ExpressionType? = nil) {
        self.title = title
        self.rest = rest
        self.members = [:]
        names = []
        for (name, type) in members { set(name, type) }
    }

    subscript(_ name: String) -> ExpressionType? { members[OrdinalText.folded(name)] }

    mutating func set(_ name: String, _ type: ExpressionType) {
        if members.updateValue(type, forKey: OrdinalText.folded(name)) == nil { names.append(name) }
    }

    func merged(with other: ObjectType) -> ObjectType {
        var result = self
        for name in other.names {
            guard let type = other[name] else { continue }
            result.set(name, self[name].map { $0.merged(with: type) } ?? type)
        }
        switch (rest, other.rest) {
        case (let left?, let right?): result.rest = left.merged(with: right)
        case (let left?, nil): result.rest = left
        case (nil, let right): result.rest = right
        }
        return result
    }

    /// The type that all members have in common.
    var anyMember: ExpressionType {
        ExpressionType.merge(Array(members.values) + (rest.map { [$0] } ?? []))
    }
}
