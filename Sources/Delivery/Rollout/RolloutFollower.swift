import Core
import Foundation
import Kubernetes

/// Follows a rollout in the cluster: lists and watches in, the judge's verdict out.
struct RolloutFollower {
    /// The namespace as it is at one moment, and where watches go on from.
    struct Observation: Sendable {
        var objects: [KubernetesObject]
        var versions: [ResourceType: String]
    }

    private static let types: [ResourceType] = [.deployment, .replicaSet, .pod, .event]

    let context: ReleaseContext

    func observe() async throws -> Observation {
        var observation = Observation(objects: [], versions: [:])
        for type in Self.types {
            let list = try await context.cluster.list(
                type,
                namespace: context.environment.namespace,
                labels: .everything
            )
            observation.objects += list.items
            observation.versions[type] = list.resourceVersion
        }
        return observation
    }

    private enum News: Sendable {
        case change(ClusterChange)
        case tick
    }

    /// Watches until the judge has decided, telling of the progress as it goes.
    func follow(_ judge: RolloutJudge, from versions: [ResourceType: String]) async throws -> RolloutVerdict {
        // Watches are read as fast as they come: the buffer is bounded by what the server sends between two reads.
        let (news, feed) = AsyncStream.makeStream(of: News.self)
        return try await withThrowingTaskGroup(of: RolloutVerdict?.self) { group in
            for type in Self.types {
                let version = versions[type] ?? ""
                group.addTask {
                    try await watch(type, from: version) { feed.yield(.change($0)) }
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

    /// Watches one type for as long as it is needed: a watch that ends is begun again where it ended, and one that is
    /// too old is begun anew with a list.
    private func watch(
        _ type: ResourceType,
        from version: String,
        _ tell: @Sendable (ClusterChange) -> Void
    ) async throws {
        let namespace = context.environment.namespace
        var version = version
        while true {
            do {
                let events = context.cluster.watch(type, namespace: namespace, labels: .everything, from: version)
                for try await event in events {
                    if let error = event.error { throw error }
                    if let seen = event.object.resourceVersion { version = seen }
                    if let change = ClusterChange(event) { tell(change) }
                }
            } catch let error as CancellationError {
                throw error
            } catch let error as KubernetesStatusError where error.isForbidden && type == .event {
                // Events explain; they do not decide.
                return
            } catch {
                try Task.checkCancellation()
                if let list = try? await context.cluster.list(type, namespace: namespace, labels: .everything) {
                    version = list.resourceVersion
                    tell(.relisted(kind: type.kind, objects: list.items))
                }
            }
            // A cluster that cannot be reached for a while is asked again; the judge's time limit ends it.
            try await context.clock.sleep(0.5)
        }
    }
}
