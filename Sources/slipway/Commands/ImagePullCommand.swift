import ArgumentParser
import Core
import Foundation
import Images

/// `slipway image pull`: gets an image from a registry.
struct ImagePullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Get an image from a registry.",
        discussion: "Everything is verified against its digest. Prints what the name means now."
    )

    @Argument(help: "The image: [REGISTRY/]NAME[:TAG][@DIGEST]; without a registry it is Docker Hub's.")
    var image: String

    @Option(help: "The platform to take, where there are several (default: this machine's).")
    var platform: String?

    @Flag(help: "Take all platforms.")
    var allPlatforms = false

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var storage: ImageStoreOptions

    func run() async throws {
        let reference = try ImageReference(parsing: image)
        let wanted = allPlatforms ? nil : try platform.map(Platform.init(parsing:)) ?? .current
        let store = storage.store
        let display = TransferDisplay()
        let descriptor = try await RegistryClient.withClient(try registry.options(for: reference.registry)) { client in
            try await client.pull(reference, into: store, platform: wanted, progress: display.observer)
        }
        if reference.digest == nil { try store.tag(descriptor, as: reference) }
        print(reference.pinned(to: descriptor.digest))
    }
}

/// `slipway image copy`: from one registry to another.
struct ImageCopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Copy an image with all its platforms, signatures and attestations to another place.",
        discussion: """
            Manifests keep their bytes, so the digest stays the same. --username and --password-stdin are the
            destination's; the source's are looked up where Docker keeps them.
            """
    )

    @Argument(help: "The image: REGISTRY/NAME[:TAG][@DIGEST].")
    var source: String

    @Argument(help: "Where it goes: REGISTRY/NAME:TAG.")
    var destination: String

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var storage: ImageStoreOptions

    func run() async throws {
        let from = try ImageReference(parsing: source)
        let to = try ImageReference(parsing: destination)
        let store = storage.store
        let display = TransferDisplay()
        let result = try await RegistryClient.withClient(try registry.options(for: to.registry)) { client in
            try await client.copy(from, to: to, through: store, progress: display.observer)
        }
        print(to.pinned(to: result.digest))
    }
}
