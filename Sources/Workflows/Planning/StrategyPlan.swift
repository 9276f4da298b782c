/// A job's strategy after evaluation.
package struct StrategyPlan: Sendable {
    /// One leg without values for a job that has no matrix; none where `exclude` leaves nothing.
    package let legs: [MatrixLeg]
    /// Whether a failed leg cancels the others; true where the file does not say.
    package let failFast: Bool
    /// How many legs may run at once; nil: all.
    package let maxParallel: Int?
    package let hasMatrix: Bool

    package static let single = StrategyPlan(
        legs: [MatrixLeg(index: 0, values: .null, nameParts: [])],
        failFast: true,
        maxParallel: nil,
        hasMatrix: false
    )

    /// The `strategy` context of a leg.
    package func context(of leg: MatrixLeg) -> ExpressionValue {
        [
            "fail-fast": .bool(failFast),
            "job-index": .number(Double(leg.index)),
            "job-total": .number(Double(legs.count)),
            "max-parallel": .number(Double(maxParallel ?? max(legs.count, 1))),
        ]
    }
}

extension StrategyDefinition {
    /// The legs to run.
    ///
    /// - Throws: `ExpressionFailure`, with the place, for wrong expressions, empty vectors, unknown `exclude` keys and
    ///   more than 256 legs.
    package func expand(in context: EvaluationContext) throws -> StrategyPlan {
        let value = try definition.evaluate(in: context)
        guard case .object = value else { throw definition.failure("\"strategy\" must be a mapping") }
        let failFast: Bool
        switch value["fail-fast"] {
        case .null: failFast = true
        case .bool(let flag): failFast = flag
        default: throw (definition["fail-fast"] ?? definition).failure("\"fail-fast\" must be a boolean")
        }
        let maxParallel: Int?
        switch value["max-parallel"] {
        case .null: maxParallel = nil
        case .number(let number) where number >= 1 && number == number.rounded(): maxParallel = Int(number)
        default: throw (definition["max-parallel"] ?? definition).failure("\"max-parallel\" must be a positive integer")
        }
        switch value["matrix"] {
        case .null:
            let single = StrategyPlan.single
            return StrategyPlan(legs: single.legs, failFast: failFast, maxParallel: maxParallel, hasMatrix: false)
        case .object(let matrix):
            do {
                let legs = try MatrixExpansion(matrix).legs()
                return StrategyPlan(legs: legs, failFast: failFast, maxParallel: maxParallel, hasMatrix: true)
            } catch let failure as MatrixExpansion.Failure {
                let culprit = failure.key.flatMap { self.matrix?[$0] } ?? self.matrix ?? definition
                throw culprit.failure(failure.message)
            }
        default: throw (matrix ?? definition).failure("\"matrix\" must be a mapping")
        }
    }
}

extension WorkflowJob {
    /// The name that GitHub shows for a leg: the job's name, with the matrix values behind it unless the name is made
    /// by an expression; at most 100 characters.
    ///
    /// - Throws: `ExpressionFailure`.
    package func displayName(of leg: MatrixLeg, in context: EvaluationContext) throws -> String {
        var base = id
        if let name {
            let text = try name.string(in: context)
            if name.hasExpression { return text.isEmpty ? id : text }
            if !text.isEmpty { base = text }
        }
        if leg.nameParts.isEmpty { return base }
        let full = "\(base) (\(leg.nameParts.joined(separator: ", ")))"
        return full.count > 100 ? full.prefix(97) + "..." : full
    }
}
