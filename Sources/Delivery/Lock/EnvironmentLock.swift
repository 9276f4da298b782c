import Core
import Foundation
import Kubernetes

/// One release at a time for each Deployment, across machines: a Lease in its namespace.
///
/// The Lease keeps two careful processes apart; what keeps a stopped and revived one from writing is that each of its
/// writes names a resourceVersion and each change of its record another (design decision 7).
package struct EnvironmentLock: Sendable {
    private let context: ReleaseContext

    package init(_ context: ReleaseContext) { self.context = context }

    private var environment: EnvironmentSettings { context.environment }
    private var name: String { "slipway-\(environment.deployment.text)" }

    /// Who holds the environment now, in words; nil where nobody does.
    package func holderText() async throws -> String? {
        guard let lease = try await read() else { return nil }
        let holder = LeaseView(lease).holder
        return holder.isEmpty ? nil : LeaseHolder.words(holder)
    }

    /// Runs `body` while holding the environment; another holder is waited for, `wait` seconds at most.
    ///
    /// - Throws: `SlipwayError` (`.waiting`) naming the holder, or when the Lease was lost while `body` ran; and what
    ///   `body` throws.
    package func hold<Value: Sendable>(
        wait: TimeInterval,
        _ body: @Sendable @escaping () async throws -> Value
    ) async throws -> Value {
        let holder = LeaseHolder(author: context.author, at: context.clock.date())
        let configuration = LeaseLock.Configuration(
            namespace: environment.namespace,
            name: name,
            holder: holder.identity
        )
        let patience = try await makeWay(wait: wait, duration: configuration.duration / .seconds(1))
        let reporter = context.reporter
        let place = environment.name
        do {
            return try await context.cluster.withLease(
                configuration,
                patience: .seconds(patience),
                onWait: { reporter.report(.waiting("\(place) is locked by \(LeaseHolder.words($0.holder))")) },
                body
            )
        } catch let error as LeaseLock.Held {
            throw held(error, waited: patience)
        } catch let error as LeaseLock.Lost {
            throw SlipwayError(
                .waiting,
                "The lock on \(place) was lost, so this release stopped",
                why: error.why,
                next: "Run the same command again: it finds what was done and goes on, or undoes it."
            )
        }
    }

    private func read() async throws -> KubernetesObject? {
        try await context.cluster.get(.lease, namespace: environment.namespace, name: name)
    }

    /// Frees the Lease of a process that died on this very machine, and says how long to wait for any other holder.
    private func makeWay(wait: TimeInterval, duration: TimeInterval) async throws -> TimeInterval {
        guard var lease = try await read() else { return wait }
        let view = LeaseView(lease)
        guard !view.holder.isEmpty else { return wait }
        if LeaseHolder(identity: view.holder)?.isDeadHere == true {
            let words = LeaseHolder.words(view.holder)
            lease["spec", "holderIdentity"] = ""
            do {
                _ = try await context.cluster.replace(lease)
                context.reporter.report(.note("The lock was held by \(words), which is dead: taken over."))
            } catch let error as KubernetesStatusError where error.isConflict || error.isNotFound {
                // Somebody else was faster; the ordinary way finds out who.
            }
            return wait
        }
        // A Lease that looks expired is watched for as long as it lasts, to be sure; a fresh one only if told to wait.
        let looksExpired = view.renewTime.map { context.clock.date().timeIntervalSince($0) > duration } ?? true
        return looksExpired ? max(wait, duration + 2) : wait
    }

    private func held(_ error: LeaseLock.Held, waited: TimeInterval) -> SlipwayError {
        SlipwayError(
            .waiting,
            "\(environment.name) is locked by \(LeaseHolder.words(error.holder))",
            why: waited < 1
                ? "one release at a time goes to an environment"
                : "it still held the lock after \(DurationText.format(waited))",
            next: "Wait for it with --wait 10m, or see what it does: slipway deploy --env \(environment.name) --status"
        )
    }
}
