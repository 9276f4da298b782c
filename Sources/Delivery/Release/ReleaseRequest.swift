import Core
import Foundation
import Kubernetes

/// What somebody wants released.
package struct ReleaseRequest: Sendable {
    package var kind = ReleaseRecord.Kind.release
    package var image: ReleaseImage
    /// The manifests with the image set (``ManifestPreparation``).
    package var objects: [KubernetesObject]
    /// For a return to an earlier template only: the whole Deployment as it is to be.
    package var replacement: KubernetesObject?
    /// For a rollback: the release it goes back to.
    package var target: Int?
    package var approval: ApprovalSource
    package var verification: VerificationSettings
    package var watch: WatchRule?
    /// Seconds to wait for another release to this environment.
    package var wait: TimeInterval = 0
    package var takeOver = false
    package var notes: [String] = []

    package init(
        image: ReleaseImage,
        objects: [KubernetesObject],
        approval: ApprovalSource,
        verification: VerificationSettings,
        watch: WatchRule?
    ) {
        self.image = image
        self.objects = objects
        self.approval = approval
        self.verification = verification
        self.watch = watch
    }
}

/// How a release got, or may get, a person's yes.
package enum ApprovalSource: Sendable {
    /// Given before: by `--yes`, or by the run that this deploy belongs to.
    case given(ReleaseApproval)
    /// Somebody at a terminal is asked, with the plan in front of them; nil is a no.
    case ask(@Sendable (ReleasePlan) async throws -> ReleaseApproval?)
    /// Nobody is there to ask.
    case missing
}

/// How a release ended.
package struct ReleaseOutcome: Sendable {
    package enum Result: String, Sendable {
        case verified
        /// Nothing had to change, and what runs was verified before.
        case alreadyVerified = "already-verified"
        case rolledBack = "rolled-back"
        /// It failed before anything was changed.
        case failed
    }

    package var result: Result
    package var record: ReleaseRecord

    package var isGood: Bool { result == .verified || result == .alreadyVerified }
}

/// Stops a release for a reason of its own, and sends it back.
struct ReleaseFailure: Error, Sendable {
    var reason: String
    var message: String
    var evidence: [String] = []
    var log: [String] = []

    /// Somebody else changed an object that this release writes.
    static func foreignChange(_ reference: ObjectReference, _ how: String) -> ReleaseFailure {
        ReleaseFailure(reason: "ForeignChange", message: "somebody else \(how) \(reference) during the release")
    }
}
