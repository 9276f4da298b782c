import Foundation
import Testing

@testable import EpisodicMemory

@Suite struct GrafanaTests {
    /// A board over figures that are not there shows nothing, and nobody notices.
    @Test func theBoardAsksOnlyForFiguresThatAreServed() async throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../grafana.json")
        let board = try JSONParser.parse(try String(contentsOf: file, encoding: .utf8))
        let expressions = (board["panels"]?.arrayValue ?? []).flatMap { $0["targets"]?.arrayValue ?? [] }
            .compactMap { $0["expr"]?.stringValue }
        #expect(expressions.count > 8)
        let served = try await TestService().run { client in try await client.get("/metrics").text }
        for expression in expressions {
            for match in expression.matches(of: /[a-z_]+(?=\{)/) {
                #expect(served.contains("\n\(match.output)") || served.hasPrefix("\(match.output)"), "\(expression)")
            }
        }
    }
}
