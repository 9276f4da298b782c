import Core
import Foundation
import Journal

/// What an approver is asked.
package struct ApprovalRequest: Sendable {
    package let environment: String
    package let job: String
    package let run: RunRecord
}

package struct ApprovalDecision: Sendable {
    package let isApproved: Bool
    package let by: String
    /// `--yes`, `prompt`.
    package let how: String

    package init(isApproved: Bool, by: String, how: String) {
        self.isApproved = isApproved
        self.by = by
        self.how = how
    }
}

/// Asks a person.
package protocol Approver: Sendable {
    /// - Returns: nil where nobody can be asked now; the run then ends and waits.
    func decide(_ request: ApprovalRequest) async throws -> ApprovalDecision?
}

/// Nobody can be asked.
package struct AbsentApprover: Approver {
    package init() {}
    package func decide(_ request: ApprovalRequest) async throws -> ApprovalDecision? { nil }
}

/// Approves everything in the name of who started the run (`--yes`).
package struct StandingApproval: Approver {
    private let by: String

    package init(by: String) { self.by = by }

    package func decide(_ request: ApprovalRequest) async throws -> ApprovalDecision? {
        ApprovalDecision(isApproved: true, by: by, how: "--yes")
    }
}
