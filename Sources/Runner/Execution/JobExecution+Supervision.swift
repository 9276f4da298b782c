import Core
import Foundation
import Workflows

extension JobExecution {
    private enum Supervised<Value: Sendable>: Sendable {
        case finished(Value)
        case jobStopped
        case deadline
        case graceOver
    }

    /// Does one piece of work that can be stopped, and stops it when its time is up or the job is cancelled.
    ///
    /// On cancellation the conditions of the running step, and of all it is part of, are asked again, as GitHub's
    /// runner does: where all still hold (`always()`), the work goes on, for five minutes at most.
    ///
    /// - Returns: what the work gave, and why it was stopped, if it was.
    func supervise<Value: Sendable>(
        _ work: @escaping @Sendable (StopSignal) async throws -> Value
    ) async throws -> (value: Value, stopped: StopSignal.Reason?) {
        let signal = StopSignal()
        let jobStop = request.stop
        let deadline = deadlines.min()
        return try await withThrowingTaskGroup(of: Supervised<Value>.self) { group in
            group.addTask { .finished(try await work(signal)) }
            group.addTask {
                await jobStop.wait()
                return .jobStopped
            }
            if let deadline {
                group.addTask {
                    try await Task.sleep(until: deadline, clock: .continuous)
                    return .deadline
                }
            }
            defer { group.cancelAll() }
            while let event = try await group.next() {
                switch event {
                case .finished(let value): return (value, signal.reason)
                case .deadline: signal.stop(.timedOut)
                case .graceOver: signal.stop(.cancelled)
                case .jobStopped:
                    noteStop()
                    if conditions.allSatisfy({ $0() }), let end = graceEnds {
                        group.addTask {
                            try await Task.sleep(until: end, clock: .continuous)
                            return .graceOver
                        }
                    } else {
                        signal.stop(.cancelled)
                    }
                }
            }
            throw CancellationError()
        }
    }
}
