import ArgumentParser
import Core
import Delivery

/// `slipway show`: one release with every decision and its evidence.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one release: who, what, when, each decision and its evidence."
    )

    @Argument(help: "The release: ENVIRONMENT/NUMBER such as staging/7, or the beginning of its id.")
    var deployment: String

    @Flag(help: "Print the whole record as JSON.")
    var json = false

    func run() async throws {
        let console = DeliveryConsole(isJSON: json)
        let record = try await find(console)
        console.show(ReleaseText(record).text, json: try record.json())
    }

    private func find(_ console: DeliveryConsole) async throws -> ReleaseRecord {
        let parts = deployment.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2, let number = Int(parts[1]) {
            let service = try DeliveryService.inProject(environment: parts[0], reporter: console.reporter)
            if let record = try await service.release({ $0.number == number }) { return record }
            throw unknown(next: "See which there were: slipway history \(parts[0])")
        }
        guard deployment.count >= 6, parts.count == 1 else {
            throw ValidationError(
                "A release is ENVIRONMENT/NUMBER, such as staging/7, or at least 6 characters of its id."
            )
        }
        let id = deployment
        var failure: SlipwayError?
        for environment in try DeliveryService.projectFile().environments {
            let service = try DeliveryService.inProject(environment: environment.name, reporter: console.reporter)
            do {
                if let record = try await service.release({ $0.id.hasPrefix(id) }) { return record }
            } catch let error as SlipwayError {
                // It may be another environment's; that this one could not be asked is told if it is nobody's.
                failure = error
            }
        }
        throw failure ?? unknown(next: "See which there were: slipway history ENVIRONMENT")
    }

    private func unknown(next: String) -> SlipwayError {
        SlipwayError(.invalidInput, "There is no release \(deployment)", next: next)
    }
}
