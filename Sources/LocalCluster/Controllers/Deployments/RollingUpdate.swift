/// The arithmetic of a rolling update, apart from objects and the store.
///
/// The rules are those of Kubernetes' deployment controller (`pkg/controller/deployment/rolling.go`): never more than
/// `replicas + maxSurge` pods wanted, never fewer than `replicas - maxUnavailable` available.
struct RollingUpdate: Sendable, Equatable {
    /// What the arithmetic needs to know of one ReplicaSet.
    struct Replicas: Sendable, Equatable {
        /// `spec.replicas`
        var wanted: Int
        /// `status.availableReplicas`
        var available: Int
    }

    let replicas: Int
    let maxSurge: Int
    let maxUnavailable: Int

    init(replicas: Int, maxSurge: Int, maxUnavailable: Int) {
        self.replicas = replicas
        self.maxSurge = maxSurge
        // Both zero could never move (Kubernetes resolves percentages the same way).
        self.maxUnavailable = maxSurge == 0 && maxUnavailable == 0 ? 1 : min(maxUnavailable, replicas)
    }

    private var minAvailable: Int { replicas - maxUnavailable }

    /// How many replicas the new ReplicaSet should want now.
    func newReplicas(new: Replicas, old: [Replicas]) -> Int {
        guard new.wanted < replicas else { return replicas }
        let wanted = new.wanted + old.reduce(0) { $0 + $1.wanted }
        let room = replicas + maxSurge - wanted
        return room <= 0 ? new.wanted : new.wanted + min(room, replicas - new.wanted)
    }

    /// How many replicas each old ReplicaSet should want now; `old` is ordered oldest first.
    func oldReplicas(new: Replicas, old: [Replicas]) -> [Int] {
        var result = old.map(\.wanted)
        let wanted = result.reduce(new.wanted, +)
        // Pods of the new revision that are not there yet may still fail: what they would replace is kept.
        let newUnavailable = max(0, new.wanted - new.available)
        var removable = wanted - minAvailable - newUnavailable
        guard removable > 0 else { return result }

        // Pods that do not serve anyhow go first.
        for index in old.indices where removable > 0 {
            let unhealthy = max(0, result[index] - old[index].available)
            let count = min(removable, unhealthy)
            result[index] -= count
            removable -= count
        }
        var spare = min(removable, old.reduce(new.available) { $0 + $1.available } - minAvailable)
        for index in old.indices where spare > 0 {
            let count = min(spare, result[index])
            result[index] -= count
            spare -= count
        }
        return result
    }

    /// How the ReplicaSets share a change of `spec.replicas` in the middle of a rollout: in proportion to their sizes,
    /// the larger ones taking what rounding leaves.
    ///
    /// The sizes are `spec.replicas` of every active ReplicaSet, new and old.
    func proportions(of sizes: [Int]) -> [Int] {
        let total = sizes.reduce(0, +)
        let allowed = replicas > 0 ? replicas + maxSurge : 0
        guard total > 0, total != allowed else { return sizes }
        var result = sizes.map { Int((Double($0) * Double(allowed) / Double(total)).rounded(.down)) }
        var left = allowed - result.reduce(0, +)
        for index in sizes.indices.sorted(by: { (sizes[$1], $0) < (sizes[$0], $1) }) where left > 0 {
            result[index] += 1
            left -= 1
        }
        return result
    }
}
