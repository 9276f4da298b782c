internal import Core

/// Actions of other repositories that are not pinned to a commit: their tag can be moved.
struct ActionPinRule: StepRule {
    func check(_ step: WorkflowStep, in scope: StepScope) -> [Diagnostic] {
        guard let uses = step.uses else { return [] }
        switch uses.reference {
        case .repository(_, _, _, let ref)? where !Self.isCommit(ref):
            return [
                Self.diagnostic("\"\(uses.uses.value)\" is not pinned to a full commit SHA", at: uses.uses.location)
            ]
        case .docker(let image)? where !image.contains("@sha256:"):
            return [Self.diagnostic("\"\(uses.uses.value)\" is not pinned to a digest", at: uses.uses.location)]
        default: return []
        }
    }

    static func diagnostic(_ message: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(.warning, rule: "unpinned-action", message, at: location)
    }

    static func isCommit(_ ref: String) -> Bool {
        (ref.utf8.count == 40 || ref.utf8.count == 64) && ref.allSatisfy { $0.isHexDigit && !$0.isUppercase }
    }
}
