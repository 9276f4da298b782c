import Core
import Foundation
import Kubernetes

extension ReleaseRun {
    var strategy: Strategy { record.strategy?.strategy ?? .rolling }

    /// The Deployment that serves until the traffic moves: the release's own where it is changed in place.
    var outgoing: String { record.strategy?.outgoing ?? record.subject }

    var canarySteps: [CanaryStep] {
        if case .canary(let rule) = strategy { rule.steps } else { [] }
    }

    /// The canary's step that the release is at.
    var canaryStep: CanaryStep? {
        let steps = canarySteps
        let index = record.step ?? 0
        return steps.indices.contains(index) ? steps[index] : nil
    }

    /// Rolls out the new pods that come first, and goes on to verify them.
    mutating func rollOutSubject(from observation: RolloutFollower.Observation) async throws {
        if let step = canaryStep {
            let pods = step.pods(beside: record.strategy?.outgoingReplicas ?? 1)
            try await scale(record.subject, to: pods)
            context.reporter.report(
                .step("Canary: step \((record.step ?? 0) + 1) of \(canarySteps.count), \(step.text)")
            )
        } else {
            context.reporter.report(.step("Rolling out"))
        }
        let success = try await rollOut(record.subject, from: observation)
        entry.record.rollout = success
        try await enter(.verifying, Self.text(success))
    }

    /// What follows when the watch, or a person, found nothing wrong.
    mutating func advance(_ detail: String) async throws {
        switch strategy {
        case .rolling: try await finish(detail)
        case .blueGreen: try await enter(.retiring, detail)
        case .canary:
            let next = (record.step ?? 0) + 1
            guard next < canarySteps.count else { return try await enter(.shifting, detail) }
            entry.record.step = next
            try await enter(.rollingOut, detail)
        }
    }

    /// Moves the traffic. May be repeated: what is done already is recognised.
    mutating func shift() async throws {
        let observation = try await RolloutFollower(context: context).observe()
        switch strategy {
        case .rolling: break
        case .blueGreen:
            context.reporter.report(.step("Switching \(environment.service) to \(record.subject)"))
            try await apply(late)
            try await check(record.subject, [.service])
            if record.watchRule != nil { return try await enter(.watching, "switched") }
            try await enter(.retiring, "switched")
        case .canary:
            context.reporter.report(.step("Rolling out to all pods"))
            try await apply(late)
            let success = try await rollOut(outgoing, from: observation)
            entry.record.rollout = success
            try await check(outgoing, [.pods, .service])
            try await enter(.retiring, Self.text(success))
        }
    }

    /// Ends what is no longer needed. With `keepsOld`, not before the time is over for which it is to be kept.
    mutating func retire(keepsOld: Bool) async throws -> ReleaseOutcome {
        if case .blueGreen(let rule) = strategy, keepsOld { try await wait(rule.keepOld) }
        var detail = "the old version has ended"
        do {
            try await endOldVersion()
        } catch let failure as ReleaseFailure {
            // The new version is good and serves: what is in the way of tidying up is no reason to undo it.
            detail = "what is left over could not be ended: \(failure.message)"
            entry.record.notes.append(detail)
            context.reporter.report(.warning(detail))
        }
        try await finish(detail)
        return ReleaseOutcome(result: .verified, record: record)
    }

    private func endOldVersion() async throws {
        switch strategy {
        case .rolling: break
        case .blueGreen:
            context.reporter.report(.step("Ending \(outgoing)"))
            try await scale(outgoing, to: 0)
        case .canary:
            context.reporter.report(.step("Ending \(record.subject)"))
            if let write = changed.first(where: { $0.stage == .trial }) { try await remove(write) }
        }
    }

    /// Keeps the old version running for `seconds` since it was found that the new one may stay.
    private func wait(_ seconds: TimeInterval) async throws {
        guard let since = record.transitions.last(where: { $0.state == .retiring })?.at else { return }
        let rest = since.addingTimeInterval(seconds).timeIntervalSince(context.clock.date())
        guard rest > 0 else { return }
        context.reporter.report(
            .step("Keeping \(outgoing) for \(DurationText.format(rest)): going back takes no start meanwhile")
        )
        try await context.clock.sleep(rest)
    }

    /// Sets how many pods a Deployment has, unless it has them already.
    func scale(_ name: String, to replicas: Int) async throws {
        for _ in 0..<20 {
            try Task.checkCancellation()
            var deployment = try await liveDeployment(name)
            guard DeploymentView(deployment).replicas != replicas else { return }
            deployment["spec", "replicas"] = .int(Int64(replicas))
            do {
                _ = try await cluster.replace(deployment)
                context.reporter.report(.note("Deployment \(name) scaled to \(replicas)"))
                return
            } catch let error as KubernetesStatusError where error.isConflict {
                continue
            }
        }
        throw ReleaseFailure(
            reason: "Conflict",
            message: "Deployment \(name) changes so fast that no write gets through"
        )
    }

    // MARK: - The Service meanwhile

    /// Keeps the Service on the pods that serve now, where its selector would take in the new ones.
    func narrow() async throws {
        for write in late where write.interim != nil { try await writeInterim(write) }
    }

    /// Writes an object's interim form over its form before or after.
    func writeInterim(_ write: PlannedWrite) async throws {
        guard let interim = write.interim.map(KubernetesObject.init) else { return }
        for _ in 0..<20 {
            try Task.checkCancellation()
            guard let live = try await read(write), live.uid == write.beforeObject?.uid else {
                throw ReleaseFailure.foreignChange(write.reference, "deleted")
            }
            let now = fingerprint(live, write)
            if now == write.interimFingerprint { return }
            guard now == write.fingerprintBefore || isAsWritten(now, write) else {
                throw ReleaseFailure.foreignChange(write.reference, "changed")
            }
            var next = ObjectRestoration.content(of: interim, over: live, ignoringReplicas: false)
            next.annotations[DeliveryName.release] = String(record.number)
            do {
                _ = try await cluster.replace(next)
                context.reporter.report(.note("\(write.reference) kept on the pods of \(outgoing)"))
                return
            } catch let error as KubernetesStatusError where error.isConflict {
                continue
            }
        }
        throw ReleaseFailure(
            reason: "Conflict",
            message: "\(write.reference) changes so fast that no write gets through"
        )
    }
}
