import Core
import Foundation

/// A lock that holds across machines: a `coordination.k8s.io` Lease.
///
/// Clocks differ, so nobody believes the times written in it: a Lease counts as abandoned only when its record has
/// not changed for the whole duration on our own monotonic clock.
package actor LeaseLock {
    package struct Configuration: Sendable {
        package var namespace: String
        package var name: String
        /// Host, process and run: who to ask when the lock is held.
        package var holder: String
        /// How long a silent holder keeps the lock.
        package var duration: Duration
        /// How often to look while somebody else holds it.
        package var pollInterval: Duration

        package init(
            namespace: String,
            name: String,
            holder: String,
            duration: Duration = .seconds(15),
            pollInterval: Duration = .seconds(1)
        ) {
            self.namespace = namespace
            self.name = name
            self.holder = holder
            self.duration = duration
            self.pollInterval = pollInterval
        }
    }

    /// The lock is somebody else's.
    package struct Held: Error, Sendable, CustomStringConvertible {
        package let holder: String
        package let since: Date?
        package let renewed: Date?

        package var description: String {
            "held by \(holder)" + (since.map { " since \(KubernetesTime.text($0))" } ?? "")
        }
    }

    /// We held the lock and do no longer: stop acting.
    package struct Lost: Error, Sendable, CustomStringConvertible {
        package let why: String
        package var description: String { "the lock was lost: \(why)" }
    }

    /// What a holder shows to prove that it is the present one.
    package struct Grant: Sendable, Hashable {
        /// Rises with each new holder: a write that carries an older number comes from one who lost the lock.
        package let fencingToken: Int
        package let acquiredAt: Date
    }

    private let client: KubernetesClient
    package nonisolated let configuration: Configuration
    private let time: MonotonicTime
    private let now: @Sendable () -> Date
    private var held: KubernetesObject?
    /// Until when, by our own monotonic clock, nobody else can have taken the lock.
    private var safeUntil: ContinuousClock.Instant?
    private var observed: (record: JSON?, since: ContinuousClock.Instant)?

    package init(
        _ client: KubernetesClient,
        _ configuration: Configuration,
        time: MonotonicTime = .continuous,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.client = client
        self.configuration = configuration
        self.time = time
        self.now = now
    }

    // MARK: - Acquiring

    /// Waits for the lock, at most `patience`; zero looks once.
    ///
    /// An abandoned lock is taken after its record has stood still for its whole duration while we looked: with less
    /// patience than that it counts as held.
    ///
    /// - Throws: `Held` naming the holder when the time is over.
    package func acquire(patience: Duration, onWait: @Sendable (Held) -> Void = { _ in }) async throws -> Grant {
        let end = time.now() + patience
        while true {
            switch try await attempt() {
            case .granted(let grant): return grant
            case .held(let other):
                guard time.now() < end else { throw other }
                onWait(other)
                try await time.sleep(min(configuration.pollInterval, end - time.now()))
            }
        }
    }

    private enum Outcome {
        case granted(Grant)
        case held(Held)
    }

    private func attempt() async throws -> Outcome {
        let started = time.now()
        guard let existing = try await client.find(.lease, namespace: configuration.namespace, name: configuration.name)
        else {
            return try await write(fresh(), started: started, creating: true)
        }
        let view = LeaseView(existing)
        if !view.holder.isEmpty, view.holder != configuration.holder, !isAbandoned(existing, view) {
            return .held(Held(holder: view.holder, since: view.acquireTime, renewed: view.renewTime))
        }
        var taken = existing
        let newHolder = view.holder != configuration.holder
        taken["spec", "holderIdentity"] = .string(configuration.holder)
        taken["spec", "leaseDurationSeconds"] = .int(configuration.duration.components.seconds)
        taken["spec", "renewTime"] = .string(KubernetesTime.microText(now()))
        if newHolder {
            taken["spec", "acquireTime"] = .string(KubernetesTime.microText(now()))
            taken["spec", "leaseTransitions"] = .int(Int64(view.transitions + 1))
        }
        return try await write(taken, started: started, creating: false)
    }

    /// Whether the record has stood still for the holder's whole duration while we looked.
    private func isAbandoned(_ lease: KubernetesObject, _ view: LeaseView) -> Bool {
        guard let observed, observed.record == lease.spec else {
            observed = (lease.spec, time.now())
            return false
        }
        let duration = Duration.seconds(max(view.durationSeconds, 1))
        return time.now() - observed.since >= duration
    }

    private func fresh() -> KubernetesObject {
        let time = JSON.string(KubernetesTime.microText(now()))
        return KubernetesObject(
            .lease,
            namespace: configuration.namespace,
            name: configuration.name,
            content: [
                "spec": [
                    "holderIdentity": .string(configuration.holder),
                    "leaseDurationSeconds": .int(configuration.duration.components.seconds),
                    "acquireTime": time, "renewTime": time, "leaseTransitions": 0,
                ]
            ]
        )
    }

    /// Creates or replaces; who is second to do so fails and finds out about the first.
    private func write(
        _ lease: KubernetesObject,
        started: ContinuousClock.Instant,
        creating: Bool
    ) async throws -> Outcome {
        do {
            let written = creating ? try await client.create(lease) : try await client.replace(lease)
            held = written
            safeUntil = started + configuration.duration
            observed = nil
            let view = LeaseView(written)
            return .granted(Grant(fencingToken: view.transitions, acquiredAt: view.acquireTime ?? now()))
        } catch let error as KubernetesStatusError where error.isConflict || error.isAlreadyExists || error.isNotFound {
            let current = try await client.find(.lease, namespace: configuration.namespace, name: configuration.name)
            let view = current.map(LeaseView.init)
            return .held(Held(holder: view?.holder ?? "", since: view?.acquireTime, renewed: view?.renewTime))
        }
    }

    // MARK: - Holding

    /// Renews the lock at a third of its duration until cancelled.
    ///
    /// - Throws: `Lost` before anybody else can have taken it, or as soon as somebody has.
    package func keepAlive() async throws {
        while true {
            try await time.sleep(configuration.duration / 3)
            try await renew()
        }
    }

    /// Runs `body` while the lock is kept alive; a lost lock cancels it.
    package func whileHeld<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await self.keepAlive()
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let result = first else { throw CancellationError() }
            return result
        }
    }

    private func renew() async throws {
        guard var lease = held, let safeUntil else { throw Lost(why: "it is not held") }
        // Stop a little early: what is decided now is written later.
        let margin = configuration.duration / 6
        var backoff = Backoff(first: configuration.duration / 60, limit: configuration.duration / 10)
        while true {
            let started = time.now()
            guard started < safeUntil - margin else { throw lost("it could not be renewed in time") }
            lease["spec", "renewTime"] = .string(KubernetesTime.microText(now()))
            do {
                held = try await replace(lease, within: safeUntil - margin - started)
                self.safeUntil = started + configuration.duration
                return
            } catch let error as KubernetesStatusError where error.isConflict || error.isNotFound {
                lease = try await stillOurs(after: error, otherwise: lease)
            } catch let error where error is CancellationError || Task.isCancelled {
                throw CancellationError()
            } catch let error where error is DeadlineExceeded || error is ClusterError || error is KubernetesStatusError
            {
                try await time.sleep(backoff.next())
            }
        }
    }

    private func replace(_ lease: KubernetesObject, within limit: Duration) async throws -> KubernetesObject {
        let client = client
        return try await withDeadline(limit, clock: ContinuousClock()) { try await client.replace(lease) }
    }

    /// A conflict may be our own write whose answer was lost: then the lock is still ours.
    private func stillOurs(
        after error: KubernetesStatusError,
        otherwise lease: KubernetesObject
    ) async throws -> KubernetesObject {
        let current = try await client.find(.lease, namespace: configuration.namespace, name: configuration.name)
        guard let current else { throw lost("somebody deleted it") }
        let view = LeaseView(current)
        guard view.holder == configuration.holder, view.transitions == LeaseView(lease).transitions else {
            throw lost("\(view.holder.isEmpty ? "somebody released it" : "\(view.holder) took it")")
        }
        return current
    }

    private func lost(_ why: String) -> Lost {
        held = nil
        safeUntil = nil
        return Lost(why: why)
    }

    /// Whether nobody else can hold the lock at this moment.
    package var isHeld: Bool { safeUntil.map { time.now() < $0 } ?? false }

    /// Gives the lock back, so that the next one need not wait; only if it is still ours.
    package func release() async throws {
        guard var lease = held else { return }
        held = nil
        safeUntil = nil
        lease["spec", "holderIdentity"] = .string("")
        lease["spec", "leaseDurationSeconds"] = 1
        lease["spec", "renewTime"] = .string(KubernetesTime.microText(now()))
        do {
            _ = try await client.replace(lease)
        } catch let error as KubernetesStatusError where error.isConflict || error.isNotFound {
            return
        }
    }
}
