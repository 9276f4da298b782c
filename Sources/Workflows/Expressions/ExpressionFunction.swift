/// The functions of the language.
package enum ExpressionFunction: String, Sendable, CaseIterable {
    case contains, startsWith, endsWith, format, join, toJSON, fromJSON, hashFiles, `case`
    case success, failure, always, cancelled

    private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue.lowercased(), $0) })

    /// The function of that name, in any case.
    package init?(named name: some StringProtocol) {
        guard let function = Self.byName[name.lowercased()] else { return nil }
        self = function
    }

    /// One of `success`, `failure`, `always`, `cancelled`: naming one switches off the implicit `success() &&`.
    package var isStatusFunction: Bool {
        switch self {
        case .success, .failure, .always, .cancelled: true
        default: false
        }
    }

    /// How many arguments it takes, where the place does not say otherwise (a job's `success` takes job ids).
    var argumentCount: ClosedRange<Int> {
        switch self {
        case .contains, .startsWith, .endsWith: 2...2
        case .format: 1...255
        case .join: 1...2
        case .toJSON, .fromJSON: 1...1
        case .hashFiles: 1...255
        case .case: 3...255
        case .success, .failure, .always, .cancelled: 0...0
        }
    }

    /// Available everywhere an expression is.
    static let common: [ExpressionFunction] = [
        .contains, .startsWith, .endsWith, .format, .join, .toJSON, .fromJSON, .case,
    ]
}

/// Which contexts and functions an expression may name where it stands.
package struct ExpressionScope: Sendable {
    /// In the order in which they are listed to the user; lower case.
    package let contexts: [String]
    package let functions: [ExpressionFunction: ClosedRange<Int>]
    private let contextSet: Set<String>

    /// `functions` are those besides the ones that every place has, with their argument counts.
    package init(contexts: some Sequence<String>, functions: [ExpressionFunction: ClosedRange<Int>] = [:]) {
        self.contexts = contexts.map { $0.lowercased() }
        contextSet = Set(self.contexts)
        var all = Dictionary(uniqueKeysWithValues: ExpressionFunction.common.map { ($0, $0.argumentCount) })
        all.merge(functions) { _, given in given }
        self.functions = all
    }

    package func hasContext(_ name: String) -> Bool { contextSet.contains(name.lowercased()) }

    /// The names of all functions, sorted.
    package var functionNames: [String] { functions.keys.map(\.rawValue).sorted() }
}
