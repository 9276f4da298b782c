import Synchronization

/// What the requests of all connections share: draining, how many are being answered, and the counters of `/metrics`.
final class ServiceState: Sendable {
    private struct Storage {
        var draining = false
        var inFlight = 0
        var requests = 0
        var counts: [RequestKey: Int] = [:]
        var idle: [CheckedContinuation<Void, Never>] = []
    }

    struct RequestKey: Hashable, Comparable {
        let method: String
        let path: String
        let status: Int

        static func < (left: Self, right: Self) -> Bool {
            (left.path, left.method, left.status) < (right.path, right.method, right.status)
        }
    }

    private let storage = Mutex(Storage())

    var isDraining: Bool { storage.withLock { $0.draining } }

    func startDraining() { storage.withLock { $0.draining = true } }

    /// Counts a users' request in; its number decides which ones a fault hits.
    func begin() -> Int {
        storage.withLock { storage in
            storage.inFlight += 1
            storage.requests += 1
            return storage.requests
        }
    }

    func end(_ key: RequestKey) {
        let waiting = storage.withLock { storage in
            storage.inFlight -= 1
            storage.counts[key, default: 0] += 1
            guard storage.inFlight == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { storage.idle = [] }
            return storage.idle
        }
        for continuation in waiting { continuation.resume() }
    }

    func waitUntilIdle() async {
        await withCheckedContinuation { continuation in
            let isIdle = storage.withLock { storage in
                if storage.inFlight > 0 { storage.idle.append(continuation) }
                return storage.inFlight == 0
            }
            if isIdle { continuation.resume() }
        }
    }

    /// The counters in the Prometheus text format.
    var metrics: String {
        let counts = storage.withLock { $0.counts }
        var text = "# HELP http_requests_total Requests answered.\n# TYPE http_requests_total counter\n"
        for (key, count) in counts.sorted(by: { $0.key < $1.key }) {
            text +=
                "http_requests_total{method=\"\(key.method)\",path=\"\(key.path)\",status=\"\(key.status)\"} \(count)\n"
        }
        return text
    }
}
