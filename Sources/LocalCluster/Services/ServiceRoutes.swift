import Synchronization

/// Which endpoints take new connections of each Service port, and how many connections each of them has.
///
/// Read at every new connection and replaced whole at every change: a connection sees the endpoints before a change or
/// after it, never something between.
final class ServiceRoutes: Sendable {
    struct Port: Hashable, Sendable {
        let namespace: String
        let service: String
        /// The port's name in the Service; empty for the only one.
        let name: String
    }

    struct Endpoint: Hashable, Sendable, Comparable {
        let host: String
        let port: Int

        static func < (left: Self, right: Self) -> Bool { (left.host, left.port) < (right.host, right.port) }
    }

    private struct Storage {
        var endpoints: [Port: [Endpoint]] = [:]
        var connections: [Endpoint: Int] = [:]
        var turn = 0
    }

    private let storage = Mutex(Storage())

    func replace(_ endpoints: [Port: [Endpoint]]) {
        storage.withLock { $0.endpoints = endpoints }
    }

    /// The endpoint for a new connection: the one with the fewest connections, in turn among equals; with affinity the
    /// same one for the same client. It counts as connected until `release`.
    ///
    /// - Parameters:
    ///   - port: the Service port that was connected to.
    ///   - tried: endpoints that did not answer this connection.
    ///   - client: the client's address where the Service wants affinity.
    /// - Returns: nil where there is no (further) endpoint.
    func acquire(_ port: Port, tried: Set<Endpoint>, affinity client: String?) -> Endpoint? {
        storage.withLock { storage in
            let candidates = (storage.endpoints[port] ?? []).filter { !tried.contains($0) }
            guard !candidates.isEmpty else { return nil }
            storage.turn &+= 1
            let chosen: Endpoint?
            if let client {
                let hash = client.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
                chosen = candidates.sorted()[Int(hash) % candidates.count]
            } else {
                let start = storage.turn % candidates.count
                let inTurn = candidates[start...] + candidates[..<start]
                chosen = inTurn.min { storage.connections[$0, default: 0] < storage.connections[$1, default: 0] }
            }
            if let chosen { storage.connections[chosen, default: 0] += 1 }
            return chosen
        }
    }

    func release(_ endpoint: Endpoint) {
        storage.withLock { storage in
            let left = storage.connections[endpoint, default: 1] - 1
            storage.connections[endpoint] = left > 0 ? left : nil
        }
    }
}
