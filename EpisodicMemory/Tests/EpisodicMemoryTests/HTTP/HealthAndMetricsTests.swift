import EpisodicMemory
import HTTPTypes
import HummingbirdTesting
import Testing

@Suite(.everyBackend) struct HealthAndMetricsTests {
    @Test func healthNamesTheVersion() async throws {
        var service = try TestService()
        service.configuration.version = "7.8.9"
        try await service.run { client in
            let health = try await client.get("/health")
            #expect(health.status == .ok)
            #expect(health.json["version"] == "7.8.9")
            #expect(health.json["status"] == "ok")
            #expect(try await client.get("/health/liveness").status == .ok)
        }
    }

    @Test func requestsAreCountedByRouteAndStatus() async throws {
        try await TestService().run { client in
            _ = try await client.capture("count me")
            _ = try await client.post("/api/v1/capture", [:])
            for index in 0..<3 { _ = try await client.get("/made-up/\(index)") }
            let metrics = try await client.get("/metrics")
            #expect(metrics.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = metrics.text.split(separator: "\n").map(String.init)
            func has(_ line: String) -> Bool { lines.contains(line) }
            #expect(has(#"http_requests_total{method="POST",path="/api/v1/capture",status="201"} 1"#))
            #expect(has(#"http_requests_total{method="POST",path="/api/v1/capture",status="422"} 1"#))
            #expect(has(#"http_requests_total{method="GET",path="unmatched",status="404"} 3"#))
            let histogram = "http_request_duration_seconds"
            #expect(has(#"\#(histogram)_bucket{method="POST",path="/api/v1/capture",le="+Inf"} 2"#))
            #expect(has(#"\#(histogram)_count{method="POST",path="/api/v1/capture"} 2"#))
            #expect(has("episodic_memory_ready 1"))
            #expect(!metrics.text.contains("made-up"))
        }
    }

    @Test func aDrainingProcessIsUnreadyAndAsksClientsToLeaveButServes() async throws {
        let service = try TestService()
        // A client that obeys `Connection: close`.
        try await service.run(.ahc()) { client in
            #expect(try await client.get("/health/readiness").headers[.connection] != "close")
            service.lifecycle.beginDraining()
            let readiness = try await client.get("/health/readiness")
            #expect(readiness.status == .serviceUnavailable)
            #expect(readiness.json["reason"] == "the process is about to stop")
            #expect(readiness.headers[.connection] == "close")
            let found = try await client.post("/api/v1/search", ["goal": "anything"])
            #expect(found.status == .ok)
            #expect(found.headers[.connection] == "close")
            #expect(try await client.get("/health/liveness").status == .ok)
            #expect(try await client.get("/metrics").text.contains("episodic_memory_ready 0"))
        }
    }
}
