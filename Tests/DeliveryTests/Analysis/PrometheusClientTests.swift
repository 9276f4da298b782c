import Core
import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import Delivery

/// Against a real Prometheus, where the system has one.
@Suite(.enabled(if: PrometheusServer.exists, "there is no prometheus on this system"), .timeLimit(.minutes(2)))
struct PrometheusClientTests {
    @Test func valuesOfAScalarAVectorAndNothing() async throws {
        try await PrometheusServer.with { url in
            let client = try PrometheusClient(PrometheusSettings(url: url), variables: [:])
            #expect(try await client.values(of: "1.5 + 1") == [2.5])
            #expect(try await client.values(of: "vector(0.25)") == [0.25])
            #expect(try await client.values(of: "absent_metric").isEmpty)
            #expect(try await client.values(of: "vector(0) / vector(0)").isEmpty)
            let look = QueryLook(source: client, namespace: "ns")
            let both = [
                QueryRule(name: "a", query: "vector(1) or vector(2)", bound: .above, limit: 1, span: 0),
                QueryRule(name: "b", query: "absent{pod=~\"$pods\"}", bound: .above, limit: 1, span: 0),
            ]
            // `or` keeps the left side of series with the same labels.
            #expect(try await look.values(of: both, pods: ["a", "b"], old: []) == [1, nil])
        }
    }

    @Test func aWrongExpressionIsToldInItsWords() async throws {
        try await PrometheusServer.with { url in
            let client = try PrometheusClient(PrometheusSettings(url: url), variables: [:])
            let error = await #expect(throws: SlipwayError.self) { _ = try await client.values(of: "sum(") }
            #expect(error?.why?.contains("it answered 400") == true)
            #expect(error?.why?.contains("parse error") == true)
        }
    }

    @Test func nobodyThereAndATokenThatIsMissing() async throws {
        let client = try PrometheusClient(PrometheusSettings(url: "http://127.0.0.1:1/"), variables: [:])
        let error = await #expect(throws: SlipwayError.self) { _ = try await client.values(of: "up") }
        #expect(error?.what == "Prometheus at http://127.0.0.1:1 cannot be asked")
        let settings = PrometheusSettings(url: "http://p", tokenVariable: "PROMETHEUS_TOKEN")
        let missing = #expect(throws: SlipwayError.self) { _ = try PrometheusClient(settings, variables: [:]) }
        #expect(missing?.why == "the environment variable PROMETHEUS_TOKEN is not set")
    }
}

/// A Prometheus with a database of its own that scrapes nothing.
enum PrometheusServer {
    private static let path = "/usr/bin/prometheus"
    static var exists: Bool { FileManager.default.isExecutableFile(atPath: path) }

    static func with(_ body: (String) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        try folder.write("prometheus.yml", "global: {scrape_interval: 1s}\n")
        // A port that is free now; Prometheus does not tell which one it got.
        let probe = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(probe.localAddress?.port)
        try await probe.close()
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = [
            "--config.file=\(folder.url.appending(path: "prometheus.yml").path)",
            "--storage.tsdb.path=\(folder.url.appending(path: "data").path)",
            "--web.listen-address=127.0.0.1:\(port)",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        let url = "http://127.0.0.1:\(port)/"
        let client = try PrometheusClient(PrometheusSettings(url: url), variables: [:])
        let limit = ContinuousClock.now + .seconds(60)
        while (try? await client.values(of: "1")) == nil {
            try #require(process.isRunning && .now < limit, "prometheus does not answer")
            try await Task.sleep(for: .milliseconds(50))
        }
        try await body(url)
    }
}
