internal import Core

/// Comparisons that never hold: `github.ref == 'main'`, and events that do not exist.
struct RefComparisonRule: SiteRule {
    func check(_ site: ExpressionSite) -> [Diagnostic] {
        var found: [Diagnostic] = []
        for (expression, offset) in site.expressions {
            expression.root.visit { node in
                guard case .comparison(let comparison, let left, let right) = node.kind,
                    comparison == .equal || comparison == .notEqual
                else { return }
                for (name, value) in [(left, right), (right, left)] {
                    guard let path = ContextChain(name)?.path.map({ $0.lowercased() }), let text = value.literalText,
                        let problem = problem(path, text)
                    else { continue }
                    found.append(
                        Diagnostic(
                            .warning,
                            rule: "comparison",
                            problem.message,
                            at: site.location(at: offset + value.range.lowerBound),
                            help: problem.help
                        )
                    )
                }
            }
        }
        return found
    }

    private func problem(_ path: [String], _ text: String) -> (message: String, help: String?)? {
        switch path {
        case ["github", "ref"] where !text.lowercased().hasPrefix("refs/") && !text.isEmpty:
            return (
                "github.ref always starts with \"refs/\"", "Compare with 'refs/heads/\(text)', or use github.ref_name."
            )
        case ["github", "event_name"] where EventCatalog.all[text.lowercased()] == nil && text != "dynamic":
            return (
                "There is no event \"\(text)\"",
                Suggestion.nearest(to: text, in: EventCatalog.all.keys).map {
                    "Did you mean \"\($0)\"?"
                }
            )
        case ["github", "ref_type"] where text != "branch" && text != "tag":
            return ("github.ref_type is \"branch\" or \"tag\"", nil)
        case ["runner", "os"] where !["linux", "windows", "macos"].contains(text.lowercased()):
            return ("runner.os is \"Linux\", \"Windows\" or \"macOS\"", nil)
        case ["job", "status"] where !["success", "failure", "cancelled"].contains(text.lowercased()):
            return ("job.status is \"success\", \"failure\" or \"cancelled\"", nil)
        case let path where path.count == 3 && path[0] == "needs" && path[2] == "result":
            guard JobResult(rawValue: text.lowercased()) == nil else { return nil }
            return ("A job's result is \"success\", \"failure\", \"cancelled\" or \"skipped\"", nil)
        case let path where path.count == 3 && path[0] == "steps" && ["outcome", "conclusion"].contains(path[2]):
            guard JobResult(rawValue: text.lowercased()) == nil else { return nil }
            return ("A step's \(path[2]) is \"success\", \"failure\", \"cancelled\" or \"skipped\"", nil)
        default: return nil
        }
    }
}
