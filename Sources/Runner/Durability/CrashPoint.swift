import Foundation
import Synchronization

/// For tests of recovery, and of no effect in a release build: `SLIPWAY_CRASH=engine:N` kills this process with SIGKILL
/// after its N-th record; set on the supervisor, `supervisor:N` kills the engine at that point, and `both:N` the
/// supervisor too.
enum CrashPoint {
    #if DEBUG
        /// What a supervisor must inherit for it.
        static let variables: Set<String> = [variable]

        static let variable = "SLIPWAY_CRASH"
        private static let count = Atomic<Int>(0)
        /// In a supervisor: the engine's process.
        private static let engine = Atomic<Int32>(0)

        private static let plan: (who: String, number: Int)? = {
            guard let text = ProcessInfo.processInfo.environment[variable] else { return nil }
            let parts = text.split(separator: ":")
            return parts.count == 2 ? Int(parts[1]).map { (String(parts[0]), $0) } : nil
        }()

        /// Says that this process is a supervisor of that engine.
        static func supervise(_ process: Int32) { engine.store(process, ordering: .relaxed) }

        /// Called after every record that is written.
        static func passed() {
            guard let plan else { return }
            let supervised = engine.load(ordering: .relaxed)
            guard (plan.who == "engine") == (supervised == 0) else { return }
            guard count.add(1, ordering: .relaxed).newValue == plan.number else { return }
            if supervised > 0 { kill(supervised, SIGKILL) }
            if plan.who != "supervisor" { kill(getpid(), SIGKILL) }
        }
    #else
        static let variables: Set<String> = []
        static func supervise(_ process: Int32) {}
        static func passed() {}
    #endif
}
