import ArgumentParser
import Delivery

/// `slipway status`: what runs in an environment now.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what runs in an environment: image, pods, release, lock. Changes nothing."
    )

    @Argument(help: "The environment of slipway.yml: staging, production.", completion: .environments)
    var environment: String

    @Flag(help: "Print as JSON.")
    var json = false

    func run() async throws {
        let console = DeliveryConsole(isJSON: json)
        let service = try DeliveryService.inProject(environment: environment, reporter: console.reporter)
        let status = StatusText(try await service.status())
        console.show(status.text, json: try status.json())
    }
}
