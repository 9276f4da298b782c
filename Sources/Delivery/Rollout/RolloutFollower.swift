import Core
import Foundation
import Kubernetes

/// Follows a rollout in the cluster: lists and watches in, the judge's verdict out.
struct RolloutFollower {
    /// The namespace as it is at one moment; watches go on from there.
    struct Observation: Sendable {
        var lists: [ResourceType: KubernetesList] = [:]

        var objects: [KubernetesObject] { lists.values.flatMap(\.items) }
    }

    private static let types: [ResourceType] = [.deployment, .replicaSet, .pod, .event]

    let context: ReleaseContext

    func observe() async throws -> Observation {
        var observation = Observation()
        for type in Self.types {
            do {
                observation.lists[type] = try await context.cluster.list(
                    type,
                    namespace: context.environment.namespace,
                    labels: .everything
                )
            } catch let error as KubernetesStatusError where error.isForbidden && type == .event {
                // Events explain; they do not decide.
            }
        }
        return observation
    }

    private enum News: Sendable {
        case change(ClusterChange)
        case tick
    }

    /// Watches until the judge has decided, telling of the progress as it goes.
    func follow(_ judge: RolloutJudge, from observation: Observation) async throws -> RolloutVerdict {
        let (news, feed) = AsyncStream.makeStream(of: News.self)
        return try await withThrowingTaskGroup(of: RolloutVerdict?.self) { group in
            for (type, list) in observation.lists {
                group.addTask {
                    try await watch(type, from: list) { feed.yield(.change($0)) }
                    return nil
                }
            }
            group.addTask {
                while true {
                    try await context.clock.sleep(0.5)
                    feed.yield(.tick)
                }
            }
            group.addTask { try await consume(news, judge) }
            defer {
                group.cancelAll()
                feed.finish()
            }
            while let verdict = try await group.next() {
                if let verdict { return verdict }
            }
            throw CancellationError()
        }
    }

    private func consume(_ news: AsyncStream<News>, _ judge: RolloutJudge) async throws -> RolloutVerdict {
        var judge = judge
        var told: RolloutProgress?
        for await item in news {
            let now = context.clock.seconds()
            let verdict =
                switch item {
                case .change(let change): judge.observe(change, at: now)
                case .tick: judge.tick(at: now)
                }
            if judge.progress != told {
                told = judge.progress
                context.reporter.report(.progress(judge.progress))
            }
            if verdict.isFinal { return verdict }
        }
        throw CancellationError()
    }

    private func watch(
        _ type: ResourceType,
        from list: KubernetesList,
        _ tell: @Sendable (ClusterChange) -> Void
    ) async throws {
        let reporter = context.reporter
        let events = context.cluster.watch(
            type,
            namespace: context.environment.namespace,
            from: list,
            // The judge's own limit is the one that counts.
            patience: context.environment.rollout.timeout + 60,
            onInterruption: { reporter.report(.waiting("watching \(type.plural) was interrupted: \($0)")) }
        )
        for try await event in events {
            if let change = ClusterChange(event) { tell(change) }
        }
    }
}
