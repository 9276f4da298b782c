/// How a job ended, as `needs.<job>.result` says it.
package enum JobResult: String, Sendable, Codable {
    case success, failure, cancelled, skipped
}

/// The status functions of a job's `if`: what became of all that it needs, directly or not.
package struct NeedsStatus: Sendable, StatusFunctions {
    package struct Ancestor: Sendable {
        package let id: String
        package let result: JobResult
        /// Whether the job failed under `continue-on-error: true`, so that it holds up nobody.
        package let isTolerated: Bool

        package init(id: String, result: JobResult, isTolerated: Bool = false) {
            self.id = id
            self.result = result
            self.isTolerated = isTolerated
        }
    }

    package let ancestors: [Ancestor]
    package let isCancelled: Bool

    package init(ancestors: [Ancestor], isCancelled: Bool = false) {
        self.ancestors = ancestors
        self.isCancelled = isCancelled
    }

    /// Skipped ancestors make it false too.
    package func success(_ jobs: [String]) throws -> Bool {
        try !isCancelled && selected(jobs).allSatisfy { $0.result == .success || $0.isTolerated }
    }

    package func failure(_ jobs: [String]) throws -> Bool {
        try selected(jobs).contains { $0.result == .failure && !$0.isTolerated }
    }

    package func cancelled() -> Bool { isCancelled }

    private func selected(_ jobs: [String]) throws -> [Ancestor] {
        if jobs.isEmpty { return ancestors }
        return try jobs.map { id in
            guard let ancestor = ancestors.first(where: { OrdinalText.equalIgnoringCase($0.id, id) }) else {
                throw ExpressionError(.evaluation, "Job '\(id)' is not among the jobs that are needed here")
            }
            return ancestor
        }
    }
}
