internal import Core

/// Patterns of `branches`, `tags` and `paths`: well formed, and able to match.
struct GlobRule: WorkflowRule {
    func check(_ context: CheckContext) -> [Diagnostic] {
        context.workflow.triggers.flatMap { trigger in
            [trigger.branches, trigger.tags].flatMap { check($0, isPath: false) } + check(trigger.paths, isPath: true)
        }
    }

    private func check(_ filter: PatternFilter?, isPath: Bool) -> [Diagnostic] {
        guard let filter else { return [] }
        var found = filter.patterns.flatMap { pattern in
            check(pattern, isPath: isPath).map { message in
                Diagnostic(rule: "glob", "Pattern \"\(pattern.value)\": \(message)", at: pattern.location)
            }
        }
        if filter.mode == .only, !filter.patterns.isEmpty, filter.patterns.allSatisfy({ $0.value.hasPrefix("!") }) {
            found.append(
                Diagnostic(
                    rule: "glob",
                    "There are only patterns with \"!\", which match nothing",
                    at: filter.location,
                    help: "Put '**' in front, or use the -ignore form."
                )
            )
        }
        return found
    }

    private func check(_ pattern: Located<String>, isPath: Bool) -> [String] {
        do {
            _ = try GlobPattern(pattern.value)
        } catch {
            return ["\(error)"]
        }
        let text = pattern.value.hasPrefix("!") ? String(pattern.value.dropFirst()) : pattern.value
        if isPath {
            if text.hasPrefix("./") || text.hasPrefix("/") || text.contains("/../") || text.hasPrefix("../") {
                return ["paths start at the repository's root, without \"./\" or \"/\""]
            }
            if text.hasPrefix(" ") || text.hasSuffix(" ") { return ["it starts or ends with a space"] }
            return []
        }
        var found: [String] = []
        if text.hasPrefix("refs/heads/") || text.hasPrefix("refs/tags/") {
            found.append("names are compared without \"refs/heads/\" and \"refs/tags/\"")
        }
        if text.hasPrefix("/") || text.hasSuffix("/") || text.contains("//") {
            found.append("no branch or tag has such slashes")
        }
        if let character = text.first(where: { " ~^:\t".contains($0) }) {
            found.append("no branch or tag contains \"\(character)\"")
        }
        return found
    }
}
