import ArgumentParser
import Core
import Foundation
import Journal
import Runner

/// `slipway explain`: why a run ended as it did.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell in a few sentences why a run ended as it did."
    )

    @Argument(help: "A run: an id, a number, the beginning or end of an id, or \"latest\".", completion: .runs)
    var run = "latest"

    @Flag(help: "JSON.")
    var json = false

    func run() async throws {
        let state = StateDirectory.locate()
        let journal = try Journal(at: state.journal)
        let record = try await RunLogs(journal: journal, state: state).run(run)
        let explanation = try await RunExplanation.of(record, journal: journal, state: state)
        print(json ? explanation.json.text(pretty: true) + "\n" : explanation.text(Terminal.style), terminator: "")
    }
}
