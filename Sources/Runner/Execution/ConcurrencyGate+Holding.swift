import Workflows

extension ConcurrencyGate {
    /// Does work while it holds a concurrency group, which another one may ask it to give up.
    ///
    /// The work gets a signal that stops with the given one, and when a newer holder cancels what is in progress.
    ///
    /// - Returns: nil where a newer one took the place, or the wait was stopped.
    static func hold<Value: Sendable>(
        _ group: ConcurrencyDefinition.Group?,
        run: RunContext,
        subject: String,
        stop: StopSignal,
        _ work: (StopSignal) async throws -> Value
    ) async throws -> Value? {
        guard let group, !group.name.isEmpty else { return try await work(stop) }
        let gate = try ConcurrencyGate(group, scope: run.identity.fullName, state: run.layout.state)
        let admission = try await gate.enter(stop: stop) { run.observer.observe(.notice("\(subject) \($0)")) }
        guard case .admitted(let lock) = admission else {
            let reason = stop.isStopped ? "cancelled" : "a newer one waits for the concurrency group \"\(group.name)\""
            run.observer.observe(.notice("\(subject) does not start: \(reason)"))
            return nil
        }
        defer {
            gate.leave()
            withExtendedLifetime(lock) {}
        }
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await gate.waitForCancelRequest(stop: stop) }
            defer { tasks.cancelAll() }
            return try await work(stop)
        }
    }
}
