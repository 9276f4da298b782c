import Foundation

/// Which process is meant, for good: a number alone is given to another process some day.
///
/// A process is named by its number, the moment it started and the boot it belongs to, so that a record on disk can be
/// trusted after a crash, a restart of the machine, or a wrap-around of the process numbers.
package struct ProcessIdentity: Sendable, Hashable, Codable {
    package let pid: Int32
    /// Clock ticks from boot to start on Linux, microseconds since 1970 on macOS: only ever compared for equality.
    package let startTime: UInt64
    /// The kernel's random name of this boot; empty where the system has none.
    package let boot: String

    /// The process that has this number now; nil if there is none, or only a zombie.
    package init?(running pid: Int32) {
        guard pid > 0, let start = ProcessTable.startTime(of: pid) else { return nil }
        self.pid = pid
        self.startTime = start
        self.boot = ProcessTable.boot
    }

    /// A child that nobody has waited for yet, ended or not.
    init?(unreapedChild pid: Int32) {
        guard let start = ProcessTable.startTime(of: pid, orZombie: true) else { return nil }
        self.pid = pid
        self.startTime = start
        self.boot = ProcessTable.boot
    }

    package static var current: ProcessIdentity? { ProcessIdentity(running: getpid()) }

    /// Whether this very process still runs. One that has exited and waits for its parent does not.
    package var isRunning: Bool {
        boot == ProcessTable.boot && ProcessTable.startTime(of: pid) == startTime
    }

    /// Sends a signal to this process, never to a later one with its number.
    ///
    /// - Returns: false if the process is gone or belongs to somebody else.
    @discardableResult
    package func signal(_ number: Int32) -> Bool {
        isRunning && kill(pid, number) == 0
    }

    /// Sends a signal to the whole process group that this process leads (every detached process leads one).
    @discardableResult
    package func signalGroup(_ number: Int32) -> Bool {
        isRunning && kill(-pid, number) == 0
    }

    /// Waits until the process is gone, and collects its exit status if it is a child of ours.
    ///
    /// - Returns: false if it still runs when `limit` is over.
    package func waitForExit(limit: Duration) async -> Bool {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: limit)
        var pause = Duration.milliseconds(1)
        while true {
            ProcessTable.reap(pid)
            if !isRunning { return true }
            if clock.now >= deadline { return false }
            // There is no portable way to wait for another's child: look again, less and less often.
            do { try await clock.sleep(for: pause) } catch { return !isRunning }
            pause = min(pause * 2, .milliseconds(50))
        }
    }

    /// Asks the process to end (SIGTERM), and ends it (SIGKILL) if it has not after `grace`.
    ///
    /// - Returns: whether it is gone; false only if even SIGKILL does not end it within five seconds.
    package func terminate(grace: Duration) async -> Bool {
        signal(SIGTERM)
        if await waitForExit(limit: grace) { return true }
        signal(SIGKILL)
        return await waitForExit(limit: .seconds(5))
    }
}
