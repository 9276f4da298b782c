import Core
import Foundation
import Kubernetes
import Synchronization

/// Keeps a Lease alive while work goes on, and stops the work before the Lease could expire.
final class LeaseRenewal: Sendable {
    private let cluster: any ReleaseCluster
    private let clock: ReleaseClock
    private let lease: Mutex<KubernetesObject>

    init(cluster: any ReleaseCluster, clock: ReleaseClock, lease: KubernetesObject) {
        self.cluster = cluster
        self.clock = clock
        self.lease = Mutex(lease)
    }

    /// Runs `body`; when the Lease is lost, `body` is cancelled and an error is thrown instead.
    func whileRenewing<Value: Sendable>(_ body: @Sendable @escaping () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await self.renewForever()
                return nil
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    private func renewForever() async throws {
        let third = EnvironmentLock.duration / 3
        // The last moment at which the Lease is known to be ours: before the request, not after the answer.
        var renewed = clock.seconds()
        while true {
            try await clock.sleep(third)
            while true {
                let start = clock.seconds()
                do {
                    try await renew()
                    renewed = start
                    break
                } catch let error as KubernetesStatusError where error.isConflict || error.isNotFound {
                    throw lost("somebody else took it")
                } catch let error as CancellationError {
                    throw error
                } catch {
                    try Task.checkCancellation()
                    // Stop well before others may take it.
                    if clock.seconds() - renewed > EnvironmentLock.duration * 0.75 {
                        throw lost("it could not be renewed: \(error)")
                    }
                    try await clock.sleep(0.5)
                }
            }
        }
    }

    private func renew() async throws {
        var next = lease.withLock { $0 }
        next["spec", "renewTime"] = .string(KubernetesTime.microText(clock.date()))
        let written = try await cluster.replace(next)
        lease.withLock { $0 = written }
    }

    /// Gives the Lease up, so that the next release need not wait. Done even when the task was cancelled: that is when
    /// it matters, and a cancelled task cannot send a request.
    func release() async {
        var next = lease.withLock { $0 }
        next["spec", "holderIdentity"] = ""
        next["spec", "leaseDurationSeconds"] = 1
        next["spec", "renewTime"] = .string(KubernetesTime.microText(clock.date()))
        next["metadata", "annotations", DeliveryName.holder] = nil
        let freed = next
        let cluster = cluster
        // Losing this race, or the connection, is no harm: the Lease expires by itself.
        _ = await Task { try? await cluster.replace(freed) }.value
    }

    private func lost(_ why: String) -> SlipwayError {
        SlipwayError(
            .waiting,
            "The lock on the environment was lost, so this release stopped",
            why: why,
            next: "Run the same command again: it finds what was done and goes on, or undoes it."
        )
    }
}
