import Foundation

extension PodRuntime {
    /// Ends all pods of a cluster whose server does not run, and removes everything they had but the volumes of
    /// claims.
    ///
    /// - Parameter stateDirectory: the cluster's folder, also of one that never ran a pod.
    package static func tearDown(stateDirectory: URL) async {
        let paths = PodPaths(cluster: stateDirectory.standardizedFileURL.resolvingSymlinksInPath())
        let uids = (try? FileManager.default.contentsOfDirectory(atPath: paths.pods.path)) ?? []
        await withDiscardingTaskGroup { group in
            for uid in uids { group.addTask { await PodRemains(folder: paths.pod(uid), uid: uid).remove() } }
        }
        guard let plan = NetworkPlan.read(cluster: paths.cluster) else { return }
        if geteuid() == 0 {
            await BridgeNetwork(plan: plan).tearDown()
            ClusterRegistry.remove(plan.tag)
        }
        ControlGroups.remove(ControlGroups.cluster(plan.tag))
        NetworkPlan.remove(cluster: paths.cluster)
    }
}
