import Core
import Foundation
import Kubernetes

/// Goes on with a release that a process left unfinished, or undoes it.
struct ReleaseRecovery {
    let context: ReleaseContext
    let entry: ReleaseLedger.Entry

    private var record: ReleaseRecord { entry.record }

    /// - Returns: The outcome where the unfinished release was what is asked for, or was being undone; nil where it is
    ///   out of the way and the new one may begin.
    func recover(for request: ReleaseRequest, approval: ReleaseApproval?) async throws -> ReleaseOutcome? {
        let since = DurationText.format(max(0, context.clock.date().timeIntervalSince(record.startedAt)))
        let found =
            "Found release \(record.number) (\(record.image.text)) by \(record.author.text), begun \(since) ago, "
        let isSame = try await asksForTheSame(request)
        switch record.state {
        case .prepared:
            context.reporter.report(.note(found + "stopped before anything was changed. It is closed."))
            var run = ReleaseRun(context: context, entry: entry, payload: ReleasePayload(writes: []))
            try await run.enter(.abandoned, "its process ended before anything was changed")
            return nil
        case .rollingBack:
            context.reporter.report(.note(found + "stopped on its way back. Going on with that."))
            let outcome = try await resume { try await $0.restore() }
            return isSame ? outcome : nil
        case .paused:
            return try await decidePaused(isSame: isSame, found: found, request: request, approval: approval)
        case .retiring:
            // Found good already: what is left to do is short, and undoing it would be a loss.
            context.reporter.report(.note(found + "stopped after it was found good. Finishing it."))
            let outcome = try await resume { try await $0.retire(keepsOld: isSame) }
            return isSame ? outcome : nil
        case _ where isSame:
            context.reporter.report(.note(found + "stopped while \(Self.words(record.state)). Going on with it."))
            return try await resume { try await $0.proceed() }
        default:
            context.reporter.report(
                .note(
                    found
                        + "stopped while \(Self.words(record.state)). Undoing it, because something else is asked for."
                )
            )
            _ = try await undo("something else was asked for before it was finished")
            return nil
        }
    }

    /// Whether the request is for what the unfinished release was to bring: the image and the manifests.
    private func asksForTheSame(_ request: ReleaseRequest) async throws -> Bool {
        guard request.image.digest == record.image.digest, request.kind == record.kind else { return false }
        guard record.payload != nil, request.replacement == nil else { return request.kind == .rollback }
        func comparable(_ object: KubernetesObject) -> JSON {
            var object = object
            // An autoscaler may have come or gone meanwhile.
            if object.kind == "Deployment" { object["spec", "replicas"] = nil }
            return object.json
        }
        let begun = try await context.ledger.payload(of: record).requested.map(comparable)
        return begun == ApplyOrder.sorted(request.objects).map(comparable)
    }

    /// Puts everything back, because somebody asks for it.
    func undo(_ why: String) async throws -> ReleaseOutcome {
        switch record.state {
        case .rollingBack: try await resume { try await $0.restore() }
        case .rollbackFailed:
            try await resume { run in
                try await run.enter(.rollingBack, why)
                return try await run.restore()
            }
        default: try await resume { try await $0.goBack(because: ReleaseFailure(reason: "Asked", message: why)) }
        }
    }

    private func decidePaused(
        isSame: Bool,
        found: String,
        request: ReleaseRequest,
        approval: ReleaseApproval?
    ) async throws -> ReleaseOutcome? {
        guard isSame else {
            context.reporter.report(.note(found + "waiting for a decision. Undoing it: something else is asked for."))
            _ = try await undo("something else was asked for before somebody decided")
            return nil
        }
        guard let approval else { throw ReleaseRun.paused(record) }
        context.reporter.report(.note(found + "waiting for a decision. \(approval.by) keeps it."))
        return try await resume { run in
            run.entry.record.notes.append("kept by \(approval.by) (\(approval.via))")
            try await run.advance("kept by \(approval.by)")
            return try await run.proceed()
        }
    }

    private func resume(
        _ body: (inout ReleaseRun) async throws -> ReleaseOutcome
    ) async throws -> ReleaseOutcome {
        let payload = try await context.ledger.payload(of: record)
        var run = ReleaseRun(context: context, entry: entry, payload: payload)
        return try await body(&run)
    }

    static func words(_ state: ReleaseState) -> String {
        switch state {
        case .prepared: "preparing"
        case .applying: "applying"
        case .rollingOut: "rolling out"
        case .verifying: "verifying"
        case .watching: "watching"
        case .shifting: "moving the traffic"
        case .retiring: "ending the old version"
        case .paused: "waiting for a decision"
        case .rollingBack: "rolling back"
        case .verified, .rolledBack, .rollbackFailed, .failed, .abandoned: "finishing"
        }
    }
}
