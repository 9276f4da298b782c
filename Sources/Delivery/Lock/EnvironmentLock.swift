import Core
import Foundation
import Kubernetes

/// One release at a time for each Deployment, across machines: a Lease in its namespace.
///
/// The Lease keeps two careful processes apart; what keeps a stopped and revived one from writing is that each of its
/// writes names a resourceVersion and each change of its record another (design decision 7).
package struct EnvironmentLock: Sendable {
    /// Seconds without renewal after which others may take the Lease.
    static let duration: TimeInterval = 15

    private let cluster: any ReleaseCluster
    private let environment: EnvironmentSettings
    private let author: ReleaseAuthor
    private let clock: ReleaseClock
    private let reporter: any ReleaseReporter

    package init(
        cluster: any ReleaseCluster,
        environment: EnvironmentSettings,
        author: ReleaseAuthor,
        clock: ReleaseClock,
        reporter: any ReleaseReporter
    ) {
        self.cluster = cluster
        self.environment = environment
        self.author = author
        self.clock = clock
        self.reporter = reporter
    }

    private var name: String { "slipway-\(environment.deployment.text)" }

    /// Who holds the environment now, in words; nil where nobody does.
    package func holderText() async throws -> String? {
        guard let lease = try await read(), !LeaseView(lease).holder.isEmpty else { return nil }
        return describe(lease)
    }

    /// Runs `body` while holding the environment.
    ///
    /// - Parameter wait: How long to wait for another holder, in seconds.
    /// - Throws: `SlipwayError` (`.waiting`) naming the holder, or when the Lease was lost while `body` ran; and what
    ///   `body` throws.
    package func hold<Value: Sendable>(
        wait: TimeInterval,
        _ body: @Sendable @escaping () async throws -> Value
    ) async throws -> Value {
        let lease = try await acquire(wait: wait)
        let renewal = LeaseRenewal(cluster: cluster, clock: clock, lease: lease)
        do {
            let value = try await renewal.whileRenewing(body)
            await renewal.release()
            return value
        } catch {
            await renewal.release()
            throw error
        }
    }

    private func read() async throws -> KubernetesObject? {
        try await cluster.get(.lease, namespace: environment.namespace, name: name)
    }

    private func acquire(wait: TimeInterval) async throws -> KubernetesObject {
        let holder = LeaseHolder.current(author: author, at: clock.date())
        let start = clock.seconds()
        // The Lease as last seen changed, and when: expiry is judged on our own clock, by nothing happening.
        var seen: (version: String?, at: TimeInterval)?
        var told: String?
        while true {
            try Task.checkCancellation()
            guard let lease = try await read() else {
                if let taken = try await write(holder, over: nil) { return taken }
                continue
            }
            if seen?.version != lease.resourceVersion { seen = (lease.resourceVersion, clock.seconds()) }
            let view = LeaseView(lease)
            let duration = max(1, TimeInterval(view.durationSeconds))
            let unchanged = clock.seconds() - (seen?.at ?? clock.seconds())
            let previous = self.holder(of: lease)
            if view.holder.isEmpty || previous?.isDeadHere == true || unchanged >= duration {
                if !view.holder.isEmpty {
                    reporter.report(.note("Took the lock over from \(describe(lease)), which no longer holds it."))
                }
                if let taken = try await write(holder, over: lease) { return taken }
                continue
            }
            // A Lease that looks expired is worth watching for as long as it lasts; a fresh one only if told to wait.
            let looksExpired = view.renewTime.map { clock.date().timeIntervalSince($0) > duration } ?? true
            let limit = looksExpired ? max(wait, duration + 2) : wait
            guard clock.seconds() - start < limit else { throw held(by: lease, after: clock.seconds() - start) }
            if told != view.holder {
                told = view.holder
                reporter.report(.note("Waiting for \(describe(lease)), which holds \(environment.name)."))
            }
            try await clock.sleep(0.5)
        }
    }

    /// Takes the Lease; nil when somebody else was faster.
    private func write(_ holder: LeaseHolder, over previous: KubernetesObject?) async throws -> KubernetesObject? {
        let now = KubernetesTime.microText(clock.date())
        var lease = previous ?? KubernetesObject(.lease, namespace: environment.namespace, name: name)
        let transitions = previous.map { LeaseView($0).transitions + 1 } ?? 0
        lease.spec = [
            "holderIdentity": .string(holder.identity),
            "leaseDurationSeconds": .int(Int64(Self.duration)),
            "acquireTime": .string(now),
            "renewTime": .string(now),
            "leaseTransitions": .int(Int64(transitions)),
        ]
        lease.annotations[DeliveryName.holder] = String(
            decoding: try PayloadCodec.encoder.encode(holder),
            as: UTF8.self
        )
        lease.labels[LabelName.managedBy] = "slipway"
        do {
            return previous == nil ? try await cluster.create(lease) : try await cluster.replace(lease)
        } catch let error as KubernetesStatusError
            where error.isConflict || error.isAlreadyExists || error.isNotFound && previous != nil
        {
            return nil
        }
    }

    private func holder(of lease: KubernetesObject) -> LeaseHolder? {
        guard let text = lease.annotations[DeliveryName.holder] else { return nil }
        let holder = try? PayloadCodec.decoder.decode(LeaseHolder.self, from: Data(text.utf8))
        // An annotation that another tool left behind says nothing about the present holder.
        return holder?.identity == LeaseView(lease).holder ? holder : nil
    }

    private func describe(_ lease: KubernetesObject) -> String {
        guard let holder = holder(of: lease) else { return LeaseView(lease).holder }
        let since = DurationText.format(max(0, clock.date().timeIntervalSince(holder.since)))
        return "\(holder.author.text), for \(since)"
    }

    private func held(by lease: KubernetesObject, after waited: TimeInterval) -> SlipwayError {
        SlipwayError(
            .waiting,
            "\(environment.name) is locked by \(describe(lease))",
            why: waited < 1
                ? "one release at a time goes to an environment"
                : "it still held the lock after \(DurationText.format(waited))",
            next: "Wait for it with --wait 10m, or see what it does: slipway deploy --env \(environment.name) --status"
        )
    }
}
