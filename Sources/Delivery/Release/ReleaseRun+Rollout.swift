import Core
import Foundation
import Kubernetes

extension ReleaseRun {
    /// Follows a Deployment's rollout to its end. `observation` is the namespace as it was before the Deployment was
    /// written, or as it is now on resuming.
    ///
    /// - Throws: `ReleaseFailure` where it cannot succeed.
    func rollOut(_ name: String, from observation: RolloutFollower.Observation) async throws -> RolloutSuccess {
        let deployment = try await liveDeployment(name)
        if let write = deploymentWrite(name), !isAsWritten(fingerprint(deployment, write), write) {
            throw ReleaseFailure.foreignChange(write.reference, "changed")
        }
        var success = try await follow(name, from: observation, limits: environment.rollout, isRelease: true)
        // The watch of pods may lag behind that of the Deployment.
        success.pods = try await PodFinder(context: context).pods(of: try await liveDeployment(name)).map(\.name)
        return success
    }

    /// Follows a Deployment until it is what it is to be.
    ///
    /// - Throws: `ReleaseFailure` where it cannot become that.
    func follow(
        _ name: String,
        from observation: RolloutFollower.Observation,
        limits: RolloutSettings,
        isRelease: Bool = false
    ) async throws -> RolloutSuccess {
        let target = RolloutTarget(
            deployment: try await liveDeployment(name),
            releaseObjects: isRelease ? Set(payload.writes.map(\.reference.name)) : [],
            limits: limits
        )
        let before = isRelease ? baseline(name, observation) : observation.objects
        var judge = RolloutJudge(target: target, before: before, at: context.clock.seconds())
        judge.catchUp(with: observation.objects, at: context.clock.seconds())
        switch try await RolloutFollower(context: context).follow(judge, from: observation) {
        case .succeeded(let success): return success
        case .failed(let failure):
            throw ReleaseFailure(
                reason: failure.reason.rawValue,
                message: failure.message,
                evidence: failure.events,
                log: await log(of: failure)
            )
        case .progressing:
            throw CancellationError()
        }
    }

    /// What was observed, with the recorded Deployment in place of one that a run before this one has already changed.
    private func baseline(_ name: String, _ observation: RolloutFollower.Observation) -> [KubernetesObject] {
        guard let write = deploymentWrite(name) else { return observation.objects }
        let others = observation.objects.filter { $0.kind != "Deployment" || $0.name != write.reference.name }
        return (write.beforeObject.map { [$0] } ?? []) + others
    }

    static func text(_ success: RolloutSuccess) -> String {
        switch success.kind {
        case .rolledOut: "revision \(success.revision), \(success.pods.count) new pods"
        case .notARollout: "no new pods were needed: the pod template is the same"
        case .nothingToRun: "revision \(success.revision); replicas is 0, so no pod runs it"
        }
    }

    /// The last lines of the container that held the rollout up: of the crashed start, not of the one after it.
    private func log(of failure: RolloutFailure) async -> [String] {
        guard let pod = failure.pod, let container = failure.container else { return [] }
        let namespace = environment.namespace
        for previous in failure.reason == .crashLoop ? [true, false] : [false, true] {
            let lines = try? await cluster.log(
                namespace: namespace,
                pod: pod,
                container: container,
                previous: previous,
                lines: 20
            )
            if let lines, !lines.isEmpty { return lines }
        }
        return []
    }
}
