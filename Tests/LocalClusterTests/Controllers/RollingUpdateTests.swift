import Testing

@testable import LocalCluster

@Suite struct RollingUpdateTests {
    typealias Replicas = RollingUpdate.Replicas

    @Test func startsWithTheSurge() {
        let update = RollingUpdate(replicas: 3, maxSurge: 1, maxUnavailable: 0)
        let old = [Replicas(wanted: 3, available: 3)]
        #expect(update.newReplicas(new: Replicas(wanted: 0, available: 0), old: old) == 1)
        #expect(update.oldReplicas(new: Replicas(wanted: 1, available: 0), old: old) == [3])
        #expect(update.oldReplicas(new: Replicas(wanted: 1, available: 1), old: old) == [2])
    }

    @Test func removesWhatDoesNotServeFirst() {
        let update = RollingUpdate(replicas: 4, maxSurge: 0, maxUnavailable: 2)
        let old = [Replicas(wanted: 2, available: 0), Replicas(wanted: 2, available: 2)]
        #expect(update.oldReplicas(new: Replicas(wanted: 0, available: 0), old: old) == [0, 2])
    }

    /// Whatever the numbers: the limits hold at every step, and the update ends with the new revision everywhere.
    @Test(arguments: 1...6, [(1, 0), (0, 1), (2, 1), (3, 3), (0, 0), (10, 0)])
    func neverCrossesItsLimitsAndAlwaysEnds(replicas: Int, limits: (surge: Int, unavailable: Int)) {
        let update = RollingUpdate(replicas: replicas, maxSurge: limits.surge, maxUnavailable: limits.unavailable)
        let minAvailable = replicas - update.maxUnavailable
        var new = Replicas(wanted: 0, available: 0)
        var old = [Replicas(wanted: replicas, available: replicas)]
        for _ in 0..<100 {
            let wantedNew = update.newReplicas(new: new, old: old)
            #expect(wantedNew + old.reduce(0) { $0 + $1.wanted } <= replicas + limits.surge)
            new.wanted = wantedNew
            for (index, wanted) in update.oldReplicas(new: new, old: old).enumerated() {
                old[index].wanted = wanted
                old[index].available = min(old[index].available, wanted)
            }
            #expect(new.available + old[0].available >= minAvailable)
            if new.available == replicas, old[0].wanted == 0 { return }
            // One pod becomes ready at a time: the slowest cluster there is.
            new.available = min(new.wanted, new.available + 1)
        }
        Issue.record("the update never ended: \(new) \(old)")
    }

    @Test func sharesAChangeOfReplicasInProportion() {
        let update = RollingUpdate(replicas: 10, maxSurge: 2, maxUnavailable: 0)
        let shares = update.proportions(of: [4, 2])
        #expect(shares == [8, 4])
        #expect(update.proportions(of: [3, 3, 1]).reduce(0, +) == 12)
        #expect(RollingUpdate(replicas: 0, maxSurge: 1, maxUnavailable: 0).proportions(of: [2, 1]) == [0, 0])
    }
}
