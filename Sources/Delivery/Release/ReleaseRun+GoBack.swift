import Core
import Foundation
import Kubernetes

extension ReleaseRun {
    /// Ends a release that failed: everything back to what was recorded, if anything was changed at all.
    ///
    /// - Throws: `SlipwayError` (`.rollbackFailed`) where a person is needed.
    mutating func goBack(because failure: ReleaseFailure) async throws -> ReleaseOutcome {
        entry.record.failure = ReleaseRecord.Failure(
            stage: record.state,
            reason: failure.reason,
            message: failure.message,
            evidence: failure.evidence,
            log: failure.log
        )
        if try await nothingWasWritten() {
            try await enter(.failed, failure.message)
            return ReleaseOutcome(result: .failed, record: record)
        }
        try await enter(.rollingBack, failure.message)
        return try await restore()
    }

    private func nothingWasWritten() async throws -> Bool {
        guard record.done.isEmpty else { return false }
        guard record.state == .applying else { return record.state == .prepared || changed.isEmpty }
        // The last write may have been done without being noted.
        for write in changed {
            let live = try await read(write)
            if let live, isOurs(live) { return false }
        }
        return true
    }

    func read(_ write: PlannedWrite) async throws -> KubernetesObject? {
        try await cluster.get(
            try write.reference.type(),
            namespace: write.reference.namespace,
            name: write.reference.name
        )
    }

    /// Puts every object back to its recorded state, waits for the old version, and verifies it.
    mutating func restore() async throws -> ReleaseOutcome {
        context.reporter.report(.step("Rolling back"))
        do {
            let observation = try await RolloutFollower(context: context).observe()
            try await returnTraffic()
            for write in early where write.action == .update { try await putBack(write) }
            for write in early.reversed() where write.action == .create { try await remove(write) }
            try await idleCandidate()
            try await awaitCandidateGone()
            for write in late where write.action == .update { try await putBack(write) }
            for write in late.reversed() where write.action == .create { try await remove(write) }
            try await awaitOldVersion(from: observation)
        } catch let failure as ReleaseFailure {
            try await giveUp(failure.message)
        } catch let error as KubernetesStatusError {
            try await giveUp(error.message)
        }
        try await enter(.rolledBack, "everything is as it was before release \(record.number)")
        return ReleaseOutcome(result: .rolledBack, record: record)
    }

    private mutating func giveUp(_ why: String) async throws -> Never {
        let environment = environment.name
        let number = record.number
        try await enter(.rollbackFailed, why)
        throw SlipwayError(
            .rollbackFailed,
            "Release \(number) of \(environment) failed, and so did the way back: a person is needed now",
            why: "\(record.failure?.message ?? "it failed"); then \(why)",
            next: "Look: slipway deploy --env \(environment) --status. Try again: slipway deploy --env \(environment) "
                + "--rollback"
        )
    }

    /// Replaces an object by its recorded state, unless it is still that, or is what somebody else made of it.
    func putBack(_ write: PlannedWrite) async throws {
        guard let before = write.beforeObject else { return }
        var ownershipWasWritten = false
        for _ in 0..<20 {
            try Task.checkCancellation()
            let wasNoted = record.done.contains { $0.reference == write.reference }
            guard let live = try await read(write) else {
                guard wasNoted else { return }
                throw ReleaseFailure.foreignChange(write.reference, "deleted")
            }
            // What this release never touched is not its to put back, whatever others made of it.
            guard wasNoted || isOurs(live) else { return }
            guard live.uid == before.uid else { throw ReleaseFailure.foreignChange(write.reference, "made anew") }
            let now = fingerprint(live, write)
            let next: KubernetesObject
            var writesOwnership = false
            if now != write.fingerprintBefore || isOurs(live) {
                guard isAsWritten(now, write) || now == write.fingerprintBefore else {
                    throw ReleaseFailure.foreignChange(write.reference, "changed")
                }
                next = ObjectRestoration.content(of: before, over: live, ignoringReplicas: write.ignoresReplicas)
            } else if !ownershipWasWritten, !ObjectRestoration.hasSameOwners(live, before) {
                writesOwnership = true
                next = ObjectRestoration.owners(of: before, over: live)
            } else {
                context.reporter.report(.note("\(write.reference) restored"))
                return
            }
            do {
                _ = try await cluster.replace(next)
                // A cluster that keeps its own mind about owners is asked once, not for ever.
                if writesOwnership { ownershipWasWritten = true }
            } catch let error as KubernetesStatusError where error.isConflict {
                continue
            }
        }
        throw ReleaseFailure(
            reason: "Conflict",
            message: "\(write.reference) changes so fast that no write gets through"
        )
    }

    func isAsWritten(_ fingerprint: String, _ write: PlannedWrite) -> Bool {
        fingerprint == write.expected || fingerprint == write.interimFingerprint
            || record.done.contains {
                $0.reference == write.reference && $0.fingerprint == fingerprint
            }
    }

    /// Deletes what this release created. A volume claim is kept: with it would go what users have stored since.
    func remove(_ write: PlannedWrite) async throws {
        guard let live = try await read(write) else { return }
        guard isOurs(live) else { throw ReleaseFailure.foreignChange(write.reference, "took over") }
        if write.reference.kind == "PersistentVolumeClaim" || write.reference.kind == "Namespace" {
            context.reporter.report(
                .note("\(write.reference) is kept, with the data in it: delete it by hand if nobody needs it")
            )
            return
        }
        var precondition = live
        precondition.resourceVersion = nil
        do {
            try await cluster.delete(precondition)
        } catch let error as KubernetesStatusError where error.isNotFound {
            return
        }
        context.reporter.report(.note("\(write.reference) deleted"))
    }

    private mutating func awaitOldVersion(from observation: RolloutFollower.Observation) async throws {
        let write = deploymentWrite(outgoing)
        if let write, write.before == nil { return try await awaitAbsence(write) }
        guard write != nil || !(record.strategy?.isInPlace ?? true) else { return }
        guard record.healthyBefore else {
            context.reporter.report(
                .warning("The version before was not healthy either; it is restored, not verified.")
            )
            return
        }
        do {
            _ = try await follow(outgoing, from: observation, limits: limitsOfReturn)
        } catch var failure as ReleaseFailure {
            failure.message = "the version before does not come up: \(failure.message)"
            throw failure
        }
        let deployment = try await liveDeployment(outgoing)
        let settings = try await verificationBefore(deployment)
        let results = try await Verifier(context: context).verify(deployment, by: settings)
        if let failed = results.first(where: { !$0.passed }) {
            throw ReleaseFailure(
                reason: "VerificationFailed",
                message:
                    "the version before is back, and fails its checks: \(failed.target): \(failed.check) \(failed.text)"
            )
        }
    }

    /// The old version is asked what was asked when it was released: it need not know what is new.
    private func verificationBefore(_ deployment: KubernetesObject) async throws -> VerificationSettings {
        let number = deployment.annotations[DeliveryName.release].flatMap { Int($0) }
        let entries = try await context.ledger.entries()
        return entries.first { $0.record.number == number }?.record.verification ?? record.verification
    }

    private func awaitAbsence(_ write: PlannedWrite) async throws {
        let limit = context.clock.seconds() + 60
        while try await read(write) != nil {
            guard context.clock.seconds() < limit else {
                throw ReleaseFailure(reason: "TimedOut", message: "\(write.reference) is still there after a minute")
            }
            try await context.clock.sleep(0.2)
        }
    }
}
