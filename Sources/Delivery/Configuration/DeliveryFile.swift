import Core
import Foundation

/// `slipway.yml`, read and checked: how one service is delivered to each of its environments.
package struct DeliveryFile: Sendable, Hashable {
    /// The file's name, as the user would write it.
    package let file: String
    /// The folder that paths in the file are relative to.
    package let folder: URL
    /// In the order of the file.
    package let environments: [EnvironmentSettings]

    /// The environment of that name.
    ///
    /// - Throws: `SlipwayError` (`.invalidInput`) naming those that exist.
    package func environment(_ name: String) throws -> EnvironmentSettings {
        if let found = environments.first(where: { $0.name == name }) { return found }
        let names = environments.map(\.name)
        throw SlipwayError(
            .invalidInput,
            "There is no environment \"\(name)\" in \(file)",
            next: Suggestion.help(for: name, in: names)
        )
    }
}

/// One environment with everything a release to it needs to know; shared settings of the file are filled in.
package struct EnvironmentSettings: Sendable, Hashable {
    package var name: String
    package var location: SourceLocation
    package var cluster: ClusterChoice
    package var namespace: String
    /// A folder with manifests or with a kustomization, relative to the file's folder.
    package var manifests: LocatedText
    /// The Deployment whose rollout a release follows, and its container that gets the image.
    package var deployment: LocatedText
    package var container: LocatedText
    /// The Service that smoke tests go through.
    package var service: String
    /// The port, by name or number, that checks and scrapes ask.
    package var port: String
    /// The image's repository, without tag and digest.
    package var image: String
    /// The variable that names another repository where it is set: the registry of one team, the mirror of another.
    package var imageVariable: String?
    package var defaultTag: DefaultTag
    package var strategy: Strategy
    package var rollout: RolloutSettings
    package var verification: VerificationSettings
    /// nil: this environment is not watched after a rollout.
    package var watch: WatchRule?
    package var promotion: PromotionRule?
    /// What must be proven of an image; nil: nothing.
    package var admission: AdmissionRule?
    package var approval: ApprovalRule?
    package var backup: BackupSettings?
    /// Refuse to release from a working tree with local changes.
    package var cleanTree: Bool
}

/// A text of the file, and where it stands there.
package struct LocatedText: Sendable, Hashable {
    package let text: String
    package let location: SourceLocation
}

/// Which cluster an environment lives in, and how its credentials are found.
package enum ClusterChoice: Sendable, Hashable {
    /// Slipway's own cluster on this machine.
    case local
    /// A context of the user's kubeconfig (`KUBECONFIG`, else `~/.kube/config`); nil: the current one.
    case kubeconfig(context: String?)
    /// A kubeconfig, base64-encoded, in an environment variable; `otherwise` where the variable is not set.
    indirect case variable(String, context: String?, otherwise: ClusterChoice?)
}

/// What is deployed when neither `--tag` nor `--image` is given.
package enum DefaultTag: Sendable, Hashable {
    case named(String)
    /// The highest version among the repository's tags (`v1.10.0` is above `v1.9.0`; pre-releases do not count).
    case highestVersion
}

package struct RolloutSettings: Sendable, Hashable, Codable {
    /// The longest a rollout may take in all.
    package var timeout: TimeInterval = 300
    /// How long a new pod's container may run without becoming ready; nil: only the Deployment's own deadline counts.
    package var readyWithin: TimeInterval?
    /// Whether a node autoscaler can add nodes: then an unschedulable pod may still find a place.
    package var autoscaledNodes = false
    /// Whether a release may start from a state that is already unhealthy.
    package var unhealthyBefore = UnhealthyPolicy.proceed

    package enum UnhealthyPolicy: String, Sendable, Hashable, Codable, CaseIterable {
        case proceed, refuse
    }

    package init() {}
}

package struct VerificationSettings: Sendable, Hashable, Codable {
    /// Asked of every pod of the new revision.
    package var pods: [HTTPCheck] = []
    /// Asked through the Service.
    package var service: [HTTPCheck] = []

    package init(pods: [HTTPCheck] = [], service: [HTTPCheck] = []) {
        self.pods = pods
        self.service = service
    }
}

/// What must have been verified elsewhere before it may come here.
package struct PromotionRule: Sendable, Hashable {
    /// The environment that must have verified the same digest, or the same git tree.
    package var from: String
    package var exceptions: [PromotionException]
}

/// A digest or tree that may skip the earlier environment: written down, with a reason and an end.
package struct PromotionException: Sendable, Hashable {
    /// A git tree (40 hexadecimal digits) or a digest (`sha256:…`).
    package var subject: String
    package var reason: String
    /// The last day it holds, in UTC.
    package var until: Date
}

package struct ApprovalRule: Sendable, Hashable {
    /// Who may approve; empty: anybody.
    package var by: [String]
    /// How long an approval holds.
    package var expires: TimeInterval
}
