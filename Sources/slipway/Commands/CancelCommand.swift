import ArgumentParser
import Core
import Foundation
import Journal
import Runner

/// `slipway cancel`: stops a run, as GitHub's cancel does.
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancel a run.",
        discussion: """
            The running steps are asked to end, and steps with always() or cancelled() still run. A run whose engine was \
            killed is ended here, with what it left running.
            """
    )

    @Argument(help: "A run: an id, a number, the beginning or end of an id, or \"latest\".", completion: .runs)
    var run = "latest"

    @Flag(help: "JSON.")
    var json = false

    func run() async throws {
        let state = StateDirectory.locate()
        let journal = try Journal(at: state.journal)
        let record = try await RunLogs(journal: journal, state: state).run(run)
        let outcome = try await RunCancellation(journal: journal, state: state).cancel(record)
        if json {
            let value: JSON = ["run": .string(record.id), "outcome": .string(outcome.rawValue)]
            return print(value.text())
        }
        switch outcome {
        case .requested: print("Run \(record.id) was asked to stop. Follow it: slipway logs -f \(record.id)")
        case .cancelled: print("Run \(record.id) had no engine any more; it is cancelled.")
        }
    }
}
