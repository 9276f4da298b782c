/// How deep the calls of this repository's workflows go.
struct CallDepth {
    enum Answer {
        /// Levels of called workflows, the first one included.
        case levels(Int)
        case circle([String])
    }

    /// GitHub's limit: ten levels, the calling workflow included.
    static let maximum = 9

    private let files: FileResolver
    private var known: [String: Int] = [:]
    private var path: [String] = []

    init(files: FileResolver) { self.files = files }

    /// Each workflow is looked into once, and never deeper than the limit.
    mutating func below(_ name: String, _ workflow: Workflow) -> Answer {
        if let levels = known[name] { return .levels(levels) }
        if let start = path.firstIndex(of: name) { return .circle(Array(path[start...]) + [name]) }
        guard path.count <= Self.maximum else { return .levels(1) }
        path.append(name)
        defer { path.removeLast() }
        var deepest = 0
        for job in workflow.jobs {
            guard case .local(let callee)? = job.call?.reference, let called = files.workflow(job.call?.reference)
            else { continue }
            switch below(callee, called) {
            case .circle(let paths): return .circle(paths)
            case .levels(let levels): deepest = max(deepest, levels)
            }
        }
        known[name] = deepest + 1
        return .levels(deepest + 1)
    }
}
