/// Everything an expression can ask for while it is evaluated.
package struct EvaluationContext: Sendable {
    /// Context values by lower-case name; a context that is not there is null.
    private var values: [String: ExpressionValue]
    package var status: any StatusFunctions
    /// `hashFiles`: the digest of the files that the patterns match, `''` where none does.
    package var hashFiles: @Sendable (_ patterns: [String]) throws -> String
    /// How much memory the strings and lists made on the way may take, counted as the runner does.
    package var maximumBytes: Int

    /// The runner's limit for one template: 10 MiB.
    package static let defaultMaximumBytes = 10 << 20

    package init(
        _ values: [String: ExpressionValue] = [:],
        status: any StatusFunctions = StepStatus.success,
        hashFiles: @escaping @Sendable (_ patterns: [String]) throws -> String = Self.noFiles,
        maximumBytes: Int = Self.defaultMaximumBytes
    ) {
        self.values = Dictionary(
            values.map { ($0.key.lowercased(), $0.value) },
            uniquingKeysWith: { first, _ in first }
        )
        self.status = status
        self.hashFiles = hashFiles
        self.maximumBytes = maximumBytes
    }

    /// The value of a context, by its name in any case.
    package subscript(_ name: String) -> ExpressionValue {
        get { values[name] ?? values[name.lowercased()] ?? .null }
        set { values[name.lowercased()] = newValue }
    }

    @Sendable package static func noFiles(_ patterns: [String]) throws -> String {
        throw ExpressionError(.evaluation, "hashFiles('\(patterns.joined(separator: "', '"))') has no workspace here")
    }
}

/// Answers `success()`, `failure()` and `cancelled()` where an expression is evaluated.
package protocol StatusFunctions: Sendable {
    /// `jobs` are the ids given as arguments; where there are none, all that the job needs, directly or not.
    func success(_ jobs: [String]) throws -> Bool
    func failure(_ jobs: [String]) throws -> Bool
    func cancelled() -> Bool
}

/// The status functions inside a job: how the job stands so far.
package enum StepStatus: String, Sendable, StatusFunctions {
    case success, failure, cancelled

    package func success(_ jobs: [String]) -> Bool { self == .success }
    package func failure(_ jobs: [String]) -> Bool { self == .failure }
    package func cancelled() -> Bool { self == .cancelled }
}
