import Synchronization

/// Tells whoever works on something that it shall stop, without cancelling the task: after a stop a job still evaluates
/// and runs its `always()` steps.
///
/// A child signal is stopped with its parent and on its own.
package final class StopSignal: Sendable {
    package enum Reason: Sendable, Hashable {
        /// The user or another job asked for it: the result is "cancelled".
        case cancelled
        /// A time limit passed: the result is "failure" for a step, "cancelled" for a job, as on GitHub.
        case timedOut
    }

    private struct State {
        var reason: Reason?
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var children: [StopSignal] = []
        var nextKey = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Why to stop; nil while there is no reason to.
    package var reason: Reason? { state.withLock { $0.reason } }
    package var isStopped: Bool { reason != nil }

    /// Stops, once: a later reason changes nothing.
    package func stop(_ reason: Reason) {
        let (waiters, children) = state.withLock { state -> ([CheckedContinuation<Void, Never>], [StopSignal]) in
            guard state.reason == nil else { return ([], []) }
            state.reason = reason
            defer {
                state.waiters = [:]
                state.children = []
            }
            return (Array(state.waiters.values), state.children)
        }
        for waiter in waiters { waiter.resume() }
        for child in children { child.stop(reason) }
    }

    /// A signal that stops with this one, or alone.
    func makeChild() -> StopSignal {
        let child = StopSignal()
        let reason = state.withLock { state in
            if state.reason == nil { state.children.append(child) }
            return state.reason
        }
        if let reason { child.stop(reason) }
        return child
    }

    /// Returns when the signal stops or the current task is cancelled.
    func wait() async {
        let key = state.withLock { state in
            state.nextKey += 1
            return state.nextKey
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.reason != nil || Task.isCancelled { return true }
                    state.waiters[key] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: key) }?.resume()
        }
    }
}
