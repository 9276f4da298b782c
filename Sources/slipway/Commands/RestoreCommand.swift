import ArgumentParser
import Core
import Delivery
import Foundation

/// `slipway restore`: puts a back-up back.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract:
            "Put a back-up back: the manifests as a release that is verified and undone like any other, then the data.",
        discussion: "slipway backups lists them. The data is handed to backup.restore of slipway.yml."
    )

    @Argument(help: "The back-up, as slipway backups names it.")
    var backup: String

    @Option(help: "What to put back: all, manifests or data.")
    var only = "all"

    @Flag(help: "Do not ask.")
    var yes = false

    @Option(help: "How long to wait for another release to this environment, such as 10m (default: not at all).")
    var wait: String?

    @Flag(help: "Print the release's record as JSON; progress goes to standard error.")
    var json = false

    func validate() throws {
        if RestorePart(rawValue: only) == nil { throw ValidationError("--only needs all, manifests or data.") }
        if let wait, DurationText.parse(wait) == nil {
            throw ValidationError("--wait needs a duration with a unit, such as 90s or 5m, not \"\(wait)\".")
        }
    }

    func run() async throws {
        let console = DeliveryConsole(isJSON: json)
        let (service, found) = try find(console)
        if !yes {
            guard let prompt = console.prompt(environment: found.environment), prompt() else {
                throw SlipwayError(
                    .waiting,
                    "\(backup) was not put back: nobody said yes",
                    why: BackupText.content(found),
                    next: "Run the same command with --yes."
                )
            }
        }
        try await Interruption.handled(next: "Run the same command again: it goes on.") {
            let part = RestorePart(rawValue: only) ?? .all
            let span = wait.flatMap(DurationText.parse) ?? 0
            if let outcome = try await service.restore(found, part, wait: span) {
                try console.finish(outcome, isAskedToGoBack: false)
            } else {
                console.show("The data of \(found.id) is back.", json: ["restored": .string(found.id)])
            }
        }
    }

    private func find(_ console: DeliveryConsole) throws -> (DeliveryService, Backup) {
        for environment in try DeliveryService.projectFile().environments {
            let service = try DeliveryService.inProject(environment: environment.name, reporter: console.reporter)
            if let found = try service.backups().first(where: { $0.id == backup }) { return (service, found) }
        }
        throw SlipwayError(
            .invalidInput,
            "There is no back-up \(backup) on this machine",
            next: "See which there are: slipway backups"
        )
    }
}
