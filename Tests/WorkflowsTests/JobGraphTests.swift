import Core
import Testing

@testable import Workflows

@Suite struct JobGraphTests {
    private func graph(_ needs: [(String, [String])]) throws -> JobGraph {
        let jobs = needs.map {
            "  \($0.0): { runs-on: x, needs: [\($0.1.joined(separator: ", "))], steps: [{ run: x }] }"
        }
        let parsed = WorkflowParser.parse("on: push\njobs:\n\(jobs.joined(separator: "\n"))\n", path: "g.yml")
        return JobGraph(try #require(parsed.model))
    }

    @Test func ordersJobsByNeedThenByFile() throws {
        let graph = try graph([("d", ["b", "c"]), ("c", ["a"]), ("b", ["A"]), ("a", []), ("e", [])])
        #expect(graph.order == ["a", "b", "c", "d", "e"])
        #expect(graph.needs(of: "b") == ["a"])
        #expect(graph.ancestors(of: "d") == ["a", "b", "c"])
        #expect(graph.ancestors(of: "a") == [])
        #expect(graph.closure(of: ["b"]) == ["a", "b"])
        #expect(graph.diagnostics.isEmpty)
    }

    @Test func findsCirclesAndLeavesThemOut() throws {
        let graph = try graph([("a", ["b"]), ("b", ["c"]), ("c", ["a"]), ("d", ["c"]), ("e", ["e"]), ("f", [])])
        #expect(graph.order == ["f"])
        #expect(
            graph.diagnostics.map(\.message) == [
                "The jobs need each other in a circle: a → b → c → a", "Job \"e\" needs itself",
            ]
        )
    }

    @Test func followsALongChain() throws {
        let count = 5_000
        let graph = try graph((0..<count).map { ("j\($0)", $0 == 0 ? [] : ["j\($0 - 1)"]) }.reversed())
        #expect(graph.order.count == count)
        #expect(graph.order.first == "j0")
    }

    @Test func answersStatusFunctionsOfJobs() throws {
        func status(_ results: [(String, JobResult)], cancelled: Bool = false) -> NeedsStatus {
            NeedsStatus(
                ancestors: results.map { NeedsStatus.Ancestor(id: $0.0, result: $0.1) },
                isCancelled: cancelled
            )
        }
        #expect(try status([]).success([]))
        #expect(try status([("a", .success)]).success([]))
        #expect(try !status([("a", .skipped)]).success([]))
        #expect(try !status([("a", .success), ("b", .failure)]).success([]))
        #expect(try status([("a", .success), ("b", .failure)]).success(["A"]))
        #expect(try status([("a", .success), ("b", .failure)]).failure([]))
        #expect(try !status([("a", .success), ("b", .failure)]).failure(["a"]))
        #expect(try !status([("a", .success)], cancelled: true).success([]))
        #expect(status([], cancelled: true).cancelled())
        #expect(throws: ExpressionError.self) { try status([]).success(["x"]) }
        let tolerated = NeedsStatus(ancestors: [.init(id: "a", result: .failure, isTolerated: true)])
        #expect(try tolerated.success([]))
        #expect(try !tolerated.failure([]))
    }
}
