import Logging
import ServiceLifecycle
import UnixSignals

/// Runs a service until it is told to stop, and stops it in steps.
///
/// 1. The first SIGTERM or SIGINT: unready at once; requests are still accepted for the drain delay.
/// 2. The delay is over, or a second signal came: the listener closes, requests in flight are finished.
/// 3. The shutdown timeout is over, or a third signal came: they are given up.
struct ServiceRunner: Sendable {
    let lifecycle: Lifecycle
    let drainDelay: Duration
    let shutdownTimeout: Duration
    let logger: Logger

    enum Ending: Sendable {
        case finished
        case requestsGivenUp
    }

    /// - Throws: whatever made the service end by itself.
    func run(_ service: any Service) async throws -> Ending {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: DeadlineService(base: service, timeout: shutdownTimeout))],
                logger: logger
            )
        )
        return try await withThrowingTaskGroup(of: Ending.self) { tasks in
            tasks.addTask {
                do {
                    try await group.run()
                    return .finished
                } catch is DeadlineService.Expired {
                    return .requestsGivenUp
                }
            }
            tasks.addTask { await obey(signals, stopping: group) }
            defer { tasks.cancelAll() }
            return try await tasks.next() ?? .finished
        }
    }

    /// Returns at the third signal; the first two only set things going.
    private func obey(_ signals: UnixSignalsSequence, stopping group: ServiceGroup) async -> Ending {
        await withDiscardingTaskGroup { timers in
            var count = 0
            for await signal in signals {
                count += 1
                switch count {
                case 1:
                    logger.notice("draining", metadata: ["signal": "\(signal)", "delay": "\(drainDelay)"])
                    lifecycle.beginDraining()
                    timers.addTask {
                        // Cut short, it ends the same: triggering twice does nothing.
                        try? await Task.sleep(for: drainDelay)
                        await group.triggerGracefulShutdown()
                    }
                case 2:
                    logger.notice("drain delay cut short", metadata: ["signal": "\(signal)"])
                    await group.triggerGracefulShutdown()
                default:
                    logger.warning("giving up on requests in flight", metadata: ["signal": "\(signal)"])
                    timers.cancelAll()
                    return
                }
            }
        }
        return .requestsGivenUp
    }
}

/// Gives a service a limited time to end once it was asked to.
private struct DeadlineService: Service {
    struct Expired: Error {}

    let base: any Service
    let timeout: Duration

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await base.run() }
            tasks.addTask {
                try await gracefulShutdown()
                try await Task.sleep(for: timeout)
                throw Expired()
            }
            defer { tasks.cancelAll() }
            try await tasks.next()
        }
    }
}
