import Foundation

/// Asks the expressions of `watch.queries` for the pods that are watched.
struct QueryLook: Sendable {
    let source: any MetricSource
    let namespace: String

    /// The worst value of each rule's series; nil where there was none or the source could not be asked.
    func values(of rules: [QueryRule], pods: [String], old: [String]) async throws -> [Double?] {
        var values: [Double?] = []
        for rule in rules {
            do {
                let found = try await source.values(of: expression(rule.query, pods: pods, old: old))
                values.append(rule.bound == .above ? found.max() : found.min())
            } catch let error as CancellationError {
                throw error
            } catch {
                try Task.checkCancellation()
                values.append(nil)
            }
        }
        return values
    }

    func expression(_ query: String, pods: [String], old: [String]) -> String {
        // Names of pods hold no character that a regular expression would read; an empty list must match no pod.
        func pattern(_ names: [String]) -> String { names.isEmpty ? "^$" : names.sorted().joined(separator: "|") }
        return query.replacing("$old_pods", with: pattern(old)).replacing("$pods", with: pattern(pods))
            .replacing("$namespace", with: namespace)
    }
}
