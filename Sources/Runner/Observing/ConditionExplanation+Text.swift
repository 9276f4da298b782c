import Workflows

extension ConditionExplanation {
    /// `success() && (github.ref == 'a') is false: true && ('b' == 'a')`; without values where there are none.
    var text: String {
        let verdict = "\(expression) is \(result)"
        return substituted == String(result) || substituted == expression ? verdict : "\(verdict): \(substituted)"
    }
}
