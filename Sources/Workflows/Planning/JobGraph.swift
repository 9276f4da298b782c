package import Core

/// Which job needs which.
package struct JobGraph: Sendable {
    /// All job ids, needed ones first, else in the order of the file. Jobs on a cycle are left out.
    package let order: [String]
    /// Undefined needs, repeated ones, cycles.
    package let diagnostics: [Diagnostic]
    private let directNeeds: [String: [String]]

    package init(_ workflow: Workflow) {
        var diagnostics: [Diagnostic] = []
        let ids = Dictionary(
            workflow.jobs.map { (OrdinalText.folded($0.id), $0.id) },
            uniquingKeysWith: { first, _ in first }
        )
        var needs: [String: [String]] = [:]
        for job in workflow.jobs {
            var found: [String] = []
            for need in job.needs {
                guard let id = ids[OrdinalText.folded(need.value)] else {
                    diagnostics.append(
                        Diagnostic(
                            rule: "undefined-need",
                            "Job \"\(job.id)\" needs \"\(need.value)\", which does not exist",
                            at: need.location,
                            help: Suggestion.help(for: need.value, in: workflow.jobs.map(\.id))
                        )
                    )
                    continue
                }
                if found.contains(id) {
                    diagnostics.append(
                        Diagnostic(
                            .warning,
                            rule: "repeated-need",
                            "Job \"\(job.id)\" already needs \"\(id)\"",
                            at: need.location
                        )
                    )
                } else {
                    found.append(id)
                }
            }
            needs[job.id] = found
        }
        directNeeds = needs
        let (order, cycles) = Self.sort(workflow.jobs.map(\.id), needs)
        self.order = order
        for cycle in cycles {
            guard let first = cycle.first, let job = workflow.job(first) else { continue }
            diagnostics.append(
                Diagnostic(
                    rule: "cycle",
                    cycle.count == 1
                        ? "Job \"\(first)\" needs itself"
                        : "The jobs need each other in a circle: \((cycle + [first]).joined(separator: " → "))",
                    at: job.location
                )
            )
        }
        self.diagnostics = diagnostics
    }

    /// What the job names in `needs`, in its order.
    package func needs(of job: String) -> [String] { directNeeds[job] ?? [] }

    /// All that the job needs, directly or not, in running order.
    package func ancestors(of job: String) -> [String] {
        var found: Set<String> = []
        var pending = needs(of: job)
        while let next = pending.popLast() {
            if found.insert(next).inserted { pending += needs(of: next) }
        }
        return order.filter(found.contains)
    }

    /// The jobs and all that they need.
    package func closure(of jobs: [String]) -> [String] {
        let wanted = Set(jobs + jobs.flatMap(ancestors))
        return order.filter(wanted.contains)
    }

    /// A depth-first walk with its own stack: a chain of needs may be as long as the file allows.
    private static func sort(_ ids: [String], _ needs: [String: [String]]) -> (order: [String], cycles: [[String]]) {
        enum Mark { case open, done, broken }
        var marks: [String: Mark] = [:]
        var order: [String] = []
        var cycles: [[String]] = []
        for root in ids where marks[root] == nil {
            var path: [(id: String, next: Int)] = [(root, 0)]
            marks[root] = .open
            while let (id, next) = path.last {
                let wanted = needs[id] ?? []
                guard next < wanted.count else {
                    path.removeLast()
                    if marks[id] == .open {
                        marks[id] = .done
                        order.append(id)
                    } else if let parent = path.last?.id {
                        marks[parent] = .broken
                    }
                    continue
                }
                path[path.count - 1].next += 1
                let need = wanted[next]
                switch marks[need] {
                case nil:
                    marks[need] = .open
                    path.append((need, 0))
                case .done: break
                case .broken:
                    if let start = path.firstIndex(where: { $0.id == need }) { cycles.append(path[start...].map(\.id)) }
                    marks[id] = .broken
                case .open:
                    if let start = path.firstIndex(where: { $0.id == need }) { cycles.append(path[start...].map(\.id)) }
                    marks[id] = .broken
                }
            }
        }
        return (order, cycles)
    }
}
