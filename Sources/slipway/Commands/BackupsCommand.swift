import ArgumentParser
import Core
import Delivery
import Foundation

/// `slipway backups`: what was saved before releases.
struct BackupsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backups",
        abstract: "List the back-ups made before releases, newest first."
    )

    @Argument(help: "The environment of slipway.yml; all of them where none is given.", completion: .environments)
    var environment: String?

    @Flag(help: "Remove those past their time (each release does that too).")
    var prune = false

    @Flag(help: "Print as JSON.")
    var json = false

    func run() async throws {
        let console = DeliveryConsole(isJSON: json)
        let names = try environment.map { [$0] } ?? DeliveryService.projectFile().environments.map(\.name)
        var backups: [Backup] = []
        for name in names {
            let service = try DeliveryService.inProject(environment: name, reporter: console.reporter)
            if prune {
                for removed in try service.pruneBackups() { console.reporter.report(.note("\(removed.id) removed")) }
            }
            backups += try service.backups()
        }
        let text = backups.isEmpty ? "There are no back-ups." : BackupText.table(backups, at: Date())
        console.show(text, json: try BackupText.json(backups))
    }
}
