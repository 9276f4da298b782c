import EpisodicMemory
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Synchronization
import Testing

@Suite(.heavy) struct ShutdownTests {
    /// Clients keep their connections and follow `Connection: close` to the other replica, as a load balancer does.
    @Test(arguments: Backend.available)
    func noRequestIsLostWhenOneOfTwoReplicasStopsUnderLoad(backend: Backend) async throws {
        let directory = try TemporaryDirectory()
        let environment = try await backend.environment(directory).merging(["DRAIN_DELAY_SECONDS": "1"]) { $1 }
        let leaving = try ServiceProcess(environment: environment)
        let staying = try ServiceProcess(environment: environment)
        for replica in [leaving, staying] { try await replica.logged("database open") }
        let load = Load(ports: [try await leaving.port(), try await staying.port()])

        try await withThrowingTaskGroup(of: Void.self) { clients in
            for _ in 0..<8 { clients.addTask { try await load.run() } }
            _ = try await eventually("load") { load.captured.count > 200 ? true : nil }
            leaving.signal(SIGTERM)
            #expect(try await leaving.exit() == 0)
            let after = load.captured.count
            _ = try await eventually("load on the other") { load.captured.count > after + 200 ? true : nil }
            load.stop()
            try await clients.waitForAll()
        }
        let stats = try await TestClient.withClient(host: "127.0.0.1", port: try await staying.port()) { client in
            try await client.get("/api/v1/stats")
        }
        let stored = try JSONParser.parse(String(buffer: stats.body ?? .init()))["episodes"]?["failures"]
        #expect(stored == .integer(load.captured.count))
        staying.signal(SIGTERM)
        #expect(try await staying.exit() == 0)
        #expect(load.moved > 0)
    }

    @Test func aSecondSignalCutsTheDelayShort() async throws {
        let directory = try TemporaryDirectory()
        let process = try ServiceProcess(environment: ["DATA_DIR": directory.path, "DRAIN_DELAY_SECONDS": "3600"])
        try await process.logged("database open")
        process.signal(SIGTERM)
        try await process.logged("draining")
        #expect(process.exitStatus == nil)
        process.signal(SIGINT)
        #expect(try await process.exit() == 0)
        try await process.logged("database closed")
    }
}

/// Captures over connections that are kept alive. Any failure ends it with an error.
private final class Load: Sendable {
    private struct State {
        var count = 0
        var moved = 0
        var isStopped = false
    }

    struct Captured { let count: Int }

    private let ports: [Int]
    private let state = Mutex(State())

    init(ports: [Int]) {
        self.ports = ports
    }

    var captured: Captured { Captured(count: state.withLock { $0.count }) }
    var moved: Int { state.withLock { $0.moved } }

    func stop() {
        state.withLock { $0.isStopped = true }
    }

    func run() async throws {
        var port = 0
        while !isStopped {
            let isAskedToLeave = try await TestClient.withClient(host: "127.0.0.1", port: ports[port]) { client in
                while !self.isStopped {
                    let response = try await client.post(
                        "/api/v1/capture",
                        headers: [.contentType: "application/json"],
                        body: .init(string: #"{"episode_type":"failure","goal":"survive the roll-out"}"#)
                    )
                    guard response.status == .created else {
                        throw NeverHappened(what: "a capture under load: \(response.status)")
                    }
                    self.state.withLock { $0.count += 1 }
                    if response.headers[.connection] == "close" { return true }
                }
                return false
            }
            if isAskedToLeave {
                state.withLock { $0.moved += 1 }
                port = (port + 1) % ports.count
            }
        }
    }

    private var isStopped: Bool { state.withLock { $0.isStopped } }
}
