import Foundation

/// How the new version takes over from the old one (`strategy` of `slipway.yml`).
package enum Strategy: Sendable, Hashable, Codable {
    /// The Deployment's own rolling update.
    case rolling
    /// A second Deployment, verified before any traffic; then the Service is switched, at once and back at once.
    case blueGreen(BlueGreenRule)
    /// A second Deployment beside the first, which takes a growing share of the traffic.
    case canary(CanaryRule)

    package var name: String {
        switch self {
        case .rolling: "rolling"
        case .blueGreen: "blue-green"
        case .canary: "canary"
        }
    }
}

package struct BlueGreenRule: Sendable, Hashable, Codable {
    /// Seconds that the old version is kept running after the new one was found good: going back takes no start then.
    package var keepOld: TimeInterval = 300

    package init(keepOld: TimeInterval = 300) { self.keepOld = keepOld }
}

package struct CanaryRule: Sendable, Hashable, Codable {
    package var steps: [CanaryStep]

    package init(steps: [CanaryStep]) { self.steps = steps }
}

/// One step of a canary: how much, for how long it is watched, and what it waits for before the next.
package struct CanaryStep: Sendable, Hashable, Codable {
    package enum Size: Sendable, Hashable, Codable {
        /// The share of all pods that run the new version, at most a half: the old ones stay.
        case share(Double)
        case replicas(Int)

        /// Only sizes of one kind can be compared before it is known how many old pods there are.
        func isLess(than other: Size) -> Bool {
            switch (self, other) {
            case (.share(let left), .share(let right)): left < right
            case (.replicas(let left), .replicas(let right)): left < right
            default: false
            }
        }
    }

    package var size: Size
    /// Seconds of watching; nil: as long as the environment's `watch` says, or not at all.
    package var watch: TimeInterval?
    /// Seconds to stay after the watch found nothing.
    package var pause: TimeInterval = 0
    /// Whether a person decides on going on.
    package var needsApproval = false

    package init(_ size: Size, watch: TimeInterval? = nil, pause: TimeInterval = 0, needsApproval: Bool = false) {
        self.size = size
        self.watch = watch
        self.pause = pause
        self.needsApproval = needsApproval
    }

    /// The new pods beside `stable` old ones: k/(stable + k) is at least the share, and there is always one.
    package func pods(beside stable: Int) -> Int {
        switch size {
        case .replicas(let count): return count
        case .share(let share):
            let wanted = share * Double(stable) / (1 - share)
            // Shares such as 0.1 are not exact in binary: 9 × 0.1 / 0.9 is one, not two.
            return max(1, Int((wanted - 1e-9).rounded(.up)))
        }
    }

    /// `10 %`, `2 pods`
    package var text: String {
        switch size {
        case .share(let share): "\(String(format: "%g", (share * 1000).rounded() / 10)) %"
        case .replicas(let count): count == 1 ? "1 pod" : "\(count) pods"
        }
    }
}

/// How one release is carried out: kept in its record, so that whoever goes on with it does the same.
package struct StrategyPlan: Sendable, Hashable, Codable {
    package var strategy: Strategy
    /// The Deployment whose new pods come first: the second one, or the one itself where it is changed in place.
    package var candidate: String
    /// The Deployment that serves before; nil: there was none, or it is changed in place.
    package var outgoing: String?
    /// How many pods that one was to have.
    package var outgoingReplicas: Int?

    package static func inPlace(_ deployment: String) -> StrategyPlan {
        StrategyPlan(strategy: .rolling, candidate: deployment)
    }

    package var isInPlace: Bool { outgoing == nil }
}
