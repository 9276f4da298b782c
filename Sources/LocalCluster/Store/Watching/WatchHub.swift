import Core
import Kubernetes
import Synchronization

/// Hands each change to those who watch.
///
/// Every watcher has a buffer of bounded size; one that falls behind is cut off with 410 (it lists again), so that it
/// can neither slow the writers nor fill the memory.
final class WatchHub: Sendable {
    typealias Stream = AsyncThrowingStream<WatchEvent, any Error>

    private struct Watcher {
        let filter: WatchFilter
        let continuation: Stream.Continuation
    }

    private struct State {
        var watchers: [Int: Watcher] = [:]
        var nextNumber = 0
        /// The last change that was handed out.
        var version: Int64 = 0
        var isFinished = false
    }

    private let state = Mutex(State())
    private let bufferSize: Int

    init(bufferSize: Int, version: Int64) {
        self.bufferSize = bufferSize
        state.withLock { $0.version = version }
    }

    var count: Int { state.withLock { $0.watchers.count } }

    /// A stream of all changes from now on.
    func subscribe(_ filter: WatchFilter) -> (number: Int, stream: Stream) {
        let (stream, continuation) = Stream.makeStream(bufferingPolicy: .bufferingOldest(bufferSize))
        let number = state.withLock { state -> Int? in
            guard !state.isFinished else { return nil }
            state.nextNumber += 1
            state.watchers[state.nextNumber] = Watcher(filter: filter, continuation: continuation)
            return state.nextNumber
        }
        guard let number else {
            continuation.finish()
            return (0, stream)
        }
        continuation.onTermination = { [weak self] _ in self?.remove(number) }
        return (number, stream)
    }

    private func remove(_ number: Int) {
        _ = state.withLock { $0.watchers.removeValue(forKey: number) }
    }

    func publish(_ changes: [Change]) {
        // Ending a stream calls `remove`, which takes the lock: so outside of it.
        var slow: [Stream.Continuation] = []
        state.withLock { state in
            for change in changes {
                state.version = change.version
                for (number, watcher) in state.watchers {
                    guard let event = watcher.filter.event(for: change) else { continue }
                    if case .dropped = watcher.continuation.yield(event) {
                        slow.append(watcher.continuation)
                        state.watchers[number] = nil
                    }
                }
            }
        }
        for continuation in slow {
            continuation.finish(throwing: KubernetesStatusError.expired("the watch fell behind; list and watch again"))
        }
    }

    /// Puts a bookmark into one watcher's stream: it has now seen everything up to the version inside.
    func bookmark(_ number: Int, type: ResourceType) {
        state.withLock { state in
            guard let watcher = state.watchers[number] else { return }
            // A bookmark that does not fit is left out: the next one will do.
            _ = watcher.continuation.yield(.bookmark(type, version: state.version))
        }
    }

    func end(_ number: Int) {
        let continuation = state.withLock { $0.watchers.removeValue(forKey: number)?.continuation }
        continuation?.finish()
    }

    /// Ends all watches, as a server does that goes down.
    func finish() {
        let watchers = state.withLock { state in
            state.isFinished = true
            defer { state.watchers = [:] }
            return state.watchers.values.map(\.continuation)
        }
        for continuation in watchers { continuation.finish() }
    }
}

extension WatchEvent {
    static func bookmark(_ type: ResourceType, version: Int64, annotations: [String: String] = [:]) -> WatchEvent {
        var object = KubernetesObject(["apiVersion": .string(type.apiVersion), "kind": .string(type.kind)])
        object.resourceVersion = String(version)
        if !annotations.isEmpty { object.annotations = annotations }
        return WatchEvent(.bookmark, object)
    }
}
