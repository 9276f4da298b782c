/// One job of a matrix.
package struct MatrixLeg: Sendable {
    /// Position among the legs, from 0.
    package let index: Int
    /// The `matrix` context; null for a job without a matrix.
    package let values: ExpressionValue
    /// What stands in the parentheses of the job's name.
    package let nameParts: [String]
}

/// Makes the legs of a matrix: the product of its vectors, less `exclude`, with `include`.
struct MatrixExpansion {
    /// GitHub's limit for one workflow run.
    static let maximumLegs = 256

    struct Failure: Error {
        let message: String
        /// The key of the matrix that is to blame.
        let key: String?
    }

    private let vectors: [(name: String, values: [ExpressionValue])]
    private let exclude: [ExpressionObject]
    private let include: [ExpressionObject]

    /// - Throws: `Failure`.
    init(_ matrix: ExpressionObject) throws {
        var vectors: [(name: String, values: [ExpressionValue])] = []
        for entry in matrix.entries where !["include", "exclude"].contains(entry.key.lowercased()) {
            guard case .array(let array) = entry.value else {
                throw Failure(message: "Matrix vector '\(entry.key)' must be a sequence", key: entry.key)
            }
            guard !array.elements.isEmpty else {
                throw Failure(message: "Matrix vector '\(entry.key)' does not contain any values", key: entry.key)
            }
            vectors.append((entry.key, array.elements))
        }
        self.vectors = vectors
        exclude = try Self.items("exclude", of: matrix)
        include = try Self.items("include", of: matrix)
        if vectors.isEmpty, include.isEmpty {
            throw Failure(message: "Matrix must define at least one vector", key: nil)
        }
        for item in exclude {
            for entry in item.entries where !isVector(entry.key) {
                throw Failure(
                    message: "Matrix exclude key '\(entry.key)' does not match any key within the matrix",
                    key: "exclude"
                )
            }
        }
    }

    private static func items(_ key: String, of matrix: ExpressionObject) throws -> [ExpressionObject] {
        switch matrix[key] {
        case nil, .null?: return []
        case .array(let array)?:
            return try array.elements.map { element in
                guard case .object(let object) = element else {
                    throw Failure(message: "Each item of '\(key)' must be a mapping", key: key)
                }
                return object
            }
        default: throw Failure(message: "Matrix '\(key)' must be a sequence of mappings", key: key)
        }
    }

    private func isVector(_ name: String) -> Bool {
        vectors.contains { OrdinalText.equalIgnoringCase($0.name, name) }
    }

    // MARK: - Legs

    /// - Throws: `Failure` where there are too many.
    func legs() throws -> [MatrixLeg] {
        var product = try products().filter { leg in
            !exclude.contains { item in item.entries.allSatisfy { Self.matches(leg.value($0.key), $0.value) } }
        }
        var added: [Draft] = []
        for item in include {
            let filter = item.entries.filter { isVector($0.key) }
            let extra = item.entries.filter { !isVector($0.key) }
            var matched = false
            for index in product.indices
            where filter.allSatisfy({ Self.matches(product[index].value($0.key), $0.value) }) {
                matched = true
                for entry in extra { product[index].setExtra(entry.key, entry.value) }
            }
            if !matched { added.append(Draft(original: item.entries.map { ($0.key, $0.value) })) }
        }
        let all = product + added
        guard all.count <= Self.maximumLegs else {
            throw Failure(message: "The matrix has \(all.count) jobs; GitHub accepts \(Self.maximumLegs)", key: nil)
        }
        return all.enumerated().map { index, draft in
            MatrixLeg(
                index: index,
                values: .object(draft.original + draft.extra),
                nameParts: draft.original.flatMap { Self.leaves($0.1) }.filter { !$0.isEmpty }
            )
        }
    }

    private struct Draft {
        let original: [(String, ExpressionValue)]
        var extra: [(String, ExpressionValue)] = []

        func value(_ name: String) -> ExpressionValue {
            original.first { OrdinalText.equalIgnoringCase($0.0, name) }?.1 ?? .null
        }

        /// A later `include` overwrites what an earlier one added.
        mutating func setExtra(_ name: String, _ value: ExpressionValue) {
            extra.removeAll { OrdinalText.equalIgnoringCase($0.0, name) }
            extra.append((name, value))
        }
    }

    /// The first vector changes slowest.
    private func products() throws -> [Draft] {
        if vectors.isEmpty { return [] }
        var drafts: [[(String, ExpressionValue)]] = [[]]
        // Checked on the way: the product of a few long vectors would not fit in memory. What `exclude` removes may
        // bring the number down again, so that the final limit is checked later.
        let limit = Self.maximumLegs * 256
        for vector in vectors {
            guard drafts.count * vector.values.count <= limit else {
                throw Failure(message: "The matrix has too many jobs; GitHub accepts \(Self.maximumLegs)", key: nil)
            }
            drafts = drafts.flatMap { draft in vector.values.map { draft + [(vector.name, $0)] } }
        }
        return drafts.map { Draft(original: $0) }
    }

    /// Whether a value fits a filter: leaf by leaf with the expression language's `==`, the filter's leaves only.
    private static func matches(_ value: ExpressionValue, _ filter: ExpressionValue) -> Bool {
        switch filter {
        case .object(let object):
            return object.entries.allSatisfy {
                matches(ExpressionIndexing.member(.string($0.key), of: value), $0.value)
            }
        case .array(let array):
            return array.elements.enumerated().allSatisfy { index, element in
                matches(ExpressionIndexing.member(.number(Double(index)), of: value), element)
            }
        default: return value.isEqual(to: filter)
        }
    }

    private static func leaves(_ value: ExpressionValue) -> [String] {
        switch value {
        case .object(let object): object.entries.flatMap { leaves($0.value) }
        case .array(let array): array.elements.flatMap(leaves)
        default: [value.text]
        }
    }
}
