import Core
import Foundation
import Kubernetes

/// Where a release is. Each state is written to the cluster before what it stands for is begun.
package enum ReleaseState: String, Sendable, Hashable, Codable, CaseIterable {
    /// The release has its number; its return point may not be complete; nothing was changed.
    case prepared
    /// The return point is complete; objects are being written.
    case applying
    case rollingOut = "rolling-out"
    case verifying
    case watching
    /// The traffic is moved to the new version, and what it meets there is verified.
    case shifting
    /// The new version was found good; the old one is kept for a time, then ended.
    case retiring
    /// A person must decide; the new version serves.
    case paused
    /// Done: rolled out, verified, watched.
    case verified
    case rollingBack = "rolling-back"
    /// Done: everything is as it was before.
    case rolledBack = "rolled-back"
    /// Going back failed: a person is needed.
    case rollbackFailed = "rollback-failed"
    /// Done: it failed before anything was changed.
    case failed
    /// Done: the process died before anything was changed.
    case abandoned

    package var isFinished: Bool {
        switch self {
        case .verified, .rolledBack, .rollbackFailed, .failed, .abandoned: true
        case .prepared, .applying, .rollingOut, .verifying, .watching, .shifting, .retiring, .paused, .rollingBack:
            false
        }
    }
}

/// The image of a release: one digest, and what is known of its origin.
package struct ReleaseImage: Sendable, Hashable, Codable {
    /// `repository@sha256:…`
    package var reference: String
    package var digest: String
    /// The tag that was asked for.
    package var tag: String?
    package var version: String?
    package var commit: String?
    /// The git tree it was built from.
    package var tree: String?
    package var created: String?

    package init(reference: String, digest: String, tag: String? = nil) {
        self.reference = reference
        self.digest = digest
        self.tag = tag
    }

    /// `v1.2.3 (sha256:0123456789ab)`
    package var text: String {
        let short = String(digest.prefix(19))
        return (version ?? tag).map { "\($0) (\(short))" } ?? short
    }
}

/// Who released: for the record, the Lease and messages.
package struct ReleaseAuthor: Sendable, Hashable, Codable {
    package var user: String
    package var host: String
    package var process: Int
    /// The CI run it belongs to.
    package var run: String?

    package init(user: String, host: String, process: Int, run: String?) {
        self.user = user
        self.host = host
        self.process = process
        self.run = run
    }

    /// `alice@host (process 17, run 01h…)`
    package var text: String { "\(user)@\(host) (process \(process)\(run.map { ", run \($0)" } ?? ""))" }
}

/// A person's yes, and to what.
package struct ReleaseApproval: Sendable, Hashable, Codable {
    package var by: String
    package var at: Date
    /// `--yes`, `prompt`, `run 01h…`
    package var via: String
    /// The plan it was given for; nil where it was given before the plan was known.
    package var plan: String?

    package init(by: String, at: Date, via: String, plan: String? = nil) {
        self.by = by
        self.at = at
        self.via = via
        self.plan = plan
    }
}

/// Everything about one release: written to the environment's cluster at every change of state, so that any machine
/// can go on with it, undo it or tell of it.
package struct ReleaseRecord: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable {
        case release, rollback
    }

    package struct Transition: Sendable, Hashable, Codable {
        package var state: ReleaseState
        package var at: Date
        package var detail: String?
    }

    /// One write that was done.
    package struct Done: Sendable, Hashable, Codable {
        package var reference: ObjectReference
        package var uid: String
        package var resourceVersion: String
        package var fingerprint: String
    }

    /// Where the return point and the plan are kept, and how to tell that they are whole.
    package struct Payload: Sendable, Hashable, Codable {
        /// `ConfigMap`, or `Secret` where a Secret is among the objects.
        package var kind: String
        package var names: [String]
        package var digest: String
    }

    package struct Failure: Sendable, Hashable, Codable {
        package var stage: ReleaseState
        package var reason: String
        package var message: String
        package var evidence: [String] = []
        package var log: [String] = []
    }

    package var format = 1
    /// Counts the releases of this Deployment, from 1.
    package var number: Int
    package var id: String
    package var kind = Kind.release
    package var environment: String
    package var namespace: String
    package var deployment: String
    package var image: ReleaseImage
    /// The image before, as the container named it; nil: there was no Deployment.
    package var previousImage: String?
    package var healthyBefore: Bool
    /// For a rollback: the release it goes back to.
    package var target: Int?
    package var author: ReleaseAuthor
    package var startedAt: Date
    package var state = ReleaseState.prepared
    package var transitions: [Transition] = []
    /// Fingerprint of what the release writes: an approval holds for this and nothing else.
    package var plan: String
    package var approval: ReleaseApproval?
    package var payload: Payload?
    package var done: [Done] = []
    /// The back-up that was made before the first change.
    package var backup: String?
    /// What this release was verified by: a later return to it is verified by the same.
    package var verification = VerificationSettings()
    package var watchRule: WatchRule?
    /// How it is carried out; nil in records from before there were strategies.
    package var strategy: StrategyPlan?
    /// The step of a canary, from 0.
    package var step: Int?
    package var rollout: RolloutSuccess?
    package var checks: [CheckResult] = []
    package var watch: WatchFigures?
    /// The watch's verdict, in words.
    package var watchVerdict: String?
    package var failure: Failure?
    /// Notes worth keeping: an exception that was used, traffic too thin to tell by.
    package var notes: [String] = []

    /// The Deployment whose new pods come first.
    var subject: String { strategy?.candidate ?? deployment }

    package var finishedAt: Date? { state.isFinished ? transitions.last?.at : nil }
}
