import ArgumentParser
import Core
import Delivery
import Foundation
import Images
import SupplyChain

/// `slipway verify`: what is proven of an image.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove who signed an image, what it was built from and that its scan passed.",
        discussion: "Exit code 1 where something that was asked for is not proven."
    )

    @Argument(help: "The image: REGISTRY/NAME[:TAG][@DIGEST] in a registry, or localhost/NAME here.")
    var image: String

    @Option(help: "A public key in PEM: a file, or env://VARIABLE. May be repeated; any of them may have signed.")
    var key: [String]

    @Option(help: "The repository that it must be built from: https://github.com/team/api.")
    var repository: String?

    @Flag(help: "A signed scan must have found it good.")
    var scanPassed = false

    @Option(help: "The longest time since it was built, such as 30d.")
    var maxAge: String?

    @Option(help: "The longest time since it was scanned, such as 7d.")
    var maxScanAge: String?

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var storage: ImageStoreOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let reference = try ImageReference(parsing: image, defaultRegistry: "localhost")
        let policy = VerificationPolicy(
            keys: try key.map { try VerificationKey(at: $0, environment: environment) },
            repository: repository,
            needsScan: scanPassed,
            maximumAge: try Self.seconds(maxAge),
            maximumScanAge: try Self.seconds(maxScanAge)
        )
        let finder = EvidenceFinder(store: storage.store, options: try registry.options(for: reference.registry))
        let verified = try ImageVerifier(policy: policy, now: .now).verify(try await finder.find(reference))
        for line in verified.lines { print(line) }
    }

    private static func seconds(_ text: String?) throws -> TimeInterval? {
        guard let text else { return nil }
        guard let seconds = DurationText.parse(text), seconds > 0 else {
            throw SlipwayError(.invalidInput, "\"\(text)\" is not a time", next: "Write it as 30d, 12h or 90m.")
        }
        return seconds
    }
}
