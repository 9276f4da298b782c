import Synchronization

/// Keys that want to be reconciled, each once however often it was added, some of them later.
///
/// The same idea as client-go's rate-limited work queue, for one worker.
final class WorkQueue<Key: Hashable & Sendable>: Sendable {
    private struct Storage {
        var ready: [Key] = []
        var delayed: [Key: ContinuousClock.Instant] = [:]
        var failures: [Key: Int] = [:]
    }

    private let storage = Mutex(Storage())
    private let changes: AsyncStream<Void>
    private let changed: AsyncStream<Void>.Continuation
    private let clock = ContinuousClock()

    init() {
        (changes, changed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func add(_ key: Key) {
        storage.withLock { storage in
            if !storage.ready.contains(key) { storage.ready.append(key) }
        }
        changed.yield()
    }

    /// Adds the key when the time has come; of several delays the earliest counts.
    func add(_ key: Key, after delay: Duration) {
        let due = clock.now + delay
        storage.withLock { storage in
            storage.delayed[key] = min(storage.delayed[key] ?? due, due)
        }
        changed.yield()
    }

    /// Adds the key after a failure: 5 ms, doubling to 30 s at most.
    func retry(_ key: Key) {
        let count = storage.withLock { storage in
            storage.failures[key, default: 0] += 1
            return storage.failures[key, default: 1]
        }
        add(key, after: min(.milliseconds(5 << min(count, 13)), .seconds(30)))
    }

    func succeeded(_ key: Key) {
        storage.withLock { $0.failures[key] = nil }
    }

    /// Hands one key after the other to the worker until the task is cancelled.
    func run(_ worker: @Sendable (Key) async -> Void) async {
        await withDiscardingTaskGroup { timers in
            var alarm: ContinuousClock.Instant?
            for await _ in changes {
                while !Task.isCancelled, let key = take() { await worker(key) }
                if let set = alarm, set <= clock.now { alarm = nil }
                guard let due = storage.withLock({ $0.delayed.values.min() }), alarm.map({ due < $0 }) ?? true else {
                    continue
                }
                alarm = due
                timers.addTask { [clock, changed] in
                    try? await clock.sleep(until: due)
                    changed.yield()
                }
            }
            timers.cancelAll()
        }
    }

    /// The next key that is due.
    private func take() -> Key? {
        let now = clock.now
        return storage.withLock { storage in
            for (key, due) in storage.delayed where due <= now {
                storage.delayed[key] = nil
                if !storage.ready.contains(key) { storage.ready.append(key) }
            }
            return storage.ready.isEmpty ? nil : storage.ready.removeFirst()
        }
    }
}
