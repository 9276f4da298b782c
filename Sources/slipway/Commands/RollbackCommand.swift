import ArgumentParser
import Core
import Delivery
import Foundation

/// `slipway rollback`: back to what was verified before.
struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Go back: undo a release that is not finished, else return to the last verified one before.",
        discussion: """
            With --to, to a revision of the Deployment (3), a release (release-7) or a release's id, as slipway history and
            slipway show name them. What is gone back to is rolled out and verified like any release.
            """
    )

    @Argument(help: "The environment of slipway.yml: staging, production.", completion: .environments)
    var environment: String

    @Option(help: "The revision, release or id to go back to.")
    var to: String?

    @Option(help: "How long to watch the version that is back, such as 60s (default: not at all).")
    var watch: String?

    @Option(help: "How long to wait for another release to this environment, such as 10m (default: not at all).")
    var wait: String?

    @Flag(help: "Print the release's record as JSON; progress goes to standard error.")
    var json = false

    static func checkTarget(_ text: String?) throws {
        if let text, RollbackTarget(text) == nil {
            throw ValidationError(
                "--to needs a revision (3), a release (release-7) or a release's id, not \"\(text)\"."
            )
        }
    }

    func validate() throws {
        try Self.checkTarget(to)
        for (name, text) in [("--watch", watch), ("--wait", wait)] {
            if let text, DurationText.parse(text) == nil {
                throw ValidationError("\(name) needs a duration with a unit, such as 90s or 5m, not \"\(text)\".")
            }
        }
    }

    func run() async throws {
        let console = DeliveryConsole(isJSON: json)
        let service = try DeliveryService.inProject(environment: environment, reporter: console.reporter)
        try await Interruption.handled(next: "Run the same command again: it goes on.") {
            var options = DeployOptions()
            options.watch = watch.flatMap(DurationText.parse)
            options.wait = wait.flatMap(DurationText.parse) ?? 0
            let outcome = try await service.rollBack(to: to.flatMap(RollbackTarget.init), options: options)
            try console.finish(outcome, isAskedToGoBack: true)
        }
    }
}
