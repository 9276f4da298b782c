import ArgumentParser
import Core
import Foundation
import Images

/// How a command talks to registries.
struct RegistryOptions: ParsableArguments {
    @Option(help: "The account's name; without it, Docker's configuration or DOCKER_USERNAME is used.")
    var username: String?

    @Flag(help: "Read the password from the standard input.")
    var passwordStdin = false

    @Flag(help: "Talk to the registry without encryption (on this machine itself that needs no flag).")
    var plainHTTP = false

    func options() throws -> RegistryClient.Options {
        var options = RegistryClient.Options()
        options.plainHTTP = plainHTTP
        guard username != nil || passwordStdin else { return options }
        guard let username, passwordStdin, let password = readLine(strippingNewline: true), !password.isEmpty else {
            throw SlipwayError(
                .invalidInput,
                "--username and --password-stdin belong together",
                next: "echo \"$PASSWORD\" | slipway … --username NAME --password-stdin"
            )
        }
        options.credentials = RegistryCredentials(explicit: .password(user: username, Secret(password)))
        return options
    }
}

/// `slipway image push`: sends an image to a registry.
struct ImagePushCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Send an image to a registry.",
        discussion: "Blobs go first, then manifests by digest, and the tag at the very end. Prints the digest."
    )

    @Argument(help: "The image here: NAME[:TAG] or NAME@DIGEST.")
    var image: String

    @Argument(help: "Where it goes: REGISTRY/NAME:TAG. May be left out where the image's own name says it.")
    var destination: String?

    @Option(help: "A repository of the same registry that may have some blobs already. May be repeated.")
    var mountFrom: [String] = []

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var storage: ImageStoreOptions

    func run() async throws {
        let reference = try ImageReference(parsing: destination ?? image, defaultRegistry: "localhost")
        guard reference.registry != "localhost" else {
            throw SlipwayError(
                .invalidInput,
                "\(reference) names no registry",
                next: "Say where it goes: slipway image push \(image) REGISTRY/NAME:TAG"
            )
        }
        let descriptor = try storage.resolve(image)
        let store = storage.store
        let result = try await RegistryClient.withClient(try registry.options()) { client in
            try await client.push(descriptor, from: store, to: reference, mountingFrom: mountFrom) { blob in
                FileHandle.standardError.write(Data("\(blob.digest.short) is there\n".utf8))
            }
        }
        FileHandle.standardError.write(
            Data(
                "\(result.uploaded) blobs sent (\(ByteCount.text(result.bytes))), \(result.mounted) mounted, \(result.present) were there\n"
                    .utf8
            )
        )
        print(reference.pinned(to: result.digest))
    }
}

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
        let descriptor = try await RegistryClient.withClient(try registry.options()) { client in
            try await client.pull(reference, into: store, platform: wanted) { blob in
                FileHandle.standardError.write(Data("\(blob.digest.short) is there\n".utf8))
            }
        }
        if reference.digest == nil { try store.tag(descriptor, as: reference) }
        print(reference.pinned(to: descriptor.digest))
    }
}

/// `slipway image copy`: from one registry to another.
struct ImageCopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Copy an image with all its platforms from one registry to another.",
        discussion: "Manifests keep their bytes, so the digest stays the same."
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
        let result = try await RegistryClient.withClient(try registry.options()) { client in
            let descriptor = try await client.pull(from, into: store, platform: nil)
            let mount = from.registry == to.registry ? [from.repository] : []
            return try await client.push(descriptor, from: store, to: to, mountingFrom: mount)
        }
        print(to.pinned(to: result.digest))
    }
}
