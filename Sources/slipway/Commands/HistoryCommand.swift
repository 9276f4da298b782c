import ArgumentParser
import Core
import Delivery
import Foundation

/// `slipway history`: the releases that an environment's cluster remembers.
struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List the releases of an environment, newest first."
    )

    @Argument(help: "The environment of slipway.yml: staging, production.", completion: .environments)
    var environment: String

    @Option(help: "How many releases.")
    var limit = 20

    @Flag(help: "Print the whole records as JSON.")
    var json = false

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit must be at least 1.") }
    }

    func run() async throws {
        let console = DeliveryConsole(isJSON: json)
        let service = try DeliveryService.inProject(environment: environment, reporter: console.reporter)
        let records = try await service.history(limit: limit)
        let text = records.isEmpty ? "Nothing was released to \(environment) yet." : HistoryText(records).text
        console.show(text, json: .array(try records.map { try $0.json() }))
    }
}
