internal import Core

/// A matrix that is written out: empty vectors, unknown `exclude` keys, too many jobs, repeated values.
struct MatrixRule: WorkflowRule {
    func check(_ context: CheckContext) -> [Diagnostic] { context.workflow.jobs.flatMap(check) }

    private func check(_ job: WorkflowJob) -> [Diagnostic] {
        guard let strategy = job.strategy else { return [] }
        var found: [Diagnostic] = []
        for entry in strategy.matrix?.mapping ?? [] where entry.name != "include" && entry.name != "exclude" {
            found += repeated(in: entry)
        }
        var isWrittenOut = true
        strategy.definition.visitTemplates { if $0.hasExpression { isWrittenOut = false } }
        guard isWrittenOut else { return found + unknownExcludes(in: strategy) }
        do {
            let plan = try strategy.expand(in: EvaluationContext())
            if plan.legs.isEmpty {
                found.append(
                    Diagnostic(
                        .warning,
                        rule: "matrix",
                        "\"exclude\" removes every job of the matrix",
                        at: strategy.matrix?["exclude"]?.location ?? strategy.location
                    )
                )
            }
        } catch let failure as ExpressionFailure {
            found.append(Diagnostic(rule: "matrix", failure.message, at: failure.location))
        } catch {
            found.append(Diagnostic(rule: "matrix", "\(error)", at: strategy.location))
        }
        return found
    }

    private func repeated(in entry: TemplateValue.Entry) -> [Diagnostic] {
        var seen: Set<String> = []
        return (entry.value.sequence ?? []).compactMap { element in
            guard let literal = element.template?.literal, !seen.insert(literal.json).inserted else { return nil }
            return Diagnostic(
                .warning,
                rule: "matrix",
                "\"\(literal.text)\" stands twice in \"\(entry.name ?? "")\"",
                at: element.location
            )
        }
    }

    /// Where expressions hide some values, the keys can still be compared.
    private func unknownExcludes(in strategy: StrategyDefinition) -> [Diagnostic] {
        guard let entries = strategy.matrix?.mapping, entries.allSatisfy({ $0.name != nil }) else { return [] }
        let names = entries.compactMap(\.name).filter { $0 != "include" && $0 != "exclude" }
        let items = strategy.matrix?["exclude"]?.sequence ?? []
        return items.flatMap { $0.mapping ?? [] }.compactMap { entry in
            guard let name = entry.name, !names.contains(where: { OrdinalText.equalIgnoringCase($0, name) }) else {
                return nil
            }
            return Diagnostic(
                rule: "matrix",
                "Matrix exclude key '\(name)' does not match any key within the matrix",
                at: entry.key.location,
                help: Suggestion.help(for: name, in: names)
            )
        }
    }
}
