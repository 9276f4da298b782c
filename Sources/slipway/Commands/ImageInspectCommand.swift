import ArgumentParser
import Core
import Foundation
import Images

/// `slipway image inspect`: an image's manifest and configuration.
struct ImageInspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show an image's digest, platform, configuration, layers and what refers to it, as JSON.",
        discussion: "An image of this machine or, where its name has a registry, one there; no layer is read."
    )

    @Argument(help: "The image: NAME[:TAG] or NAME@DIGEST; REGISTRY/NAME[:TAG] in a registry.")
    var image: String

    @Option(help: "The platform, where the image has several (default: this machine's).")
    var platform: String?

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var storage: ImageStoreOptions

    func run() async throws {
        let wanted = try platform.map(Platform.init(parsing:)) ?? .current
        let reference = try ImageReference(parsing: image, defaultRegistry: "localhost")
        let json: JSON
        if reference.registry == "localhost" {
            let store = storage.store
            let named = try storage.resolve(image).digest
            let digest = try store.manifestDigest(named, platform: wanted)
            let manifest = try store.manifest(digest)
            let attached = try store.manifests(of: named).flatMap { try store.attachments(of: $0) }
            json = Self.json(digest, manifest, try store.config(manifest), attached)
        } else {
            json = try await RegistryClient.withClient(try registry.options(for: reference.registry)) { client in
                let image = try await client.image(reference, platform: wanted)
                let referrers = try await client.referrers(of: image.descriptor.digest, in: reference)
                return Self.json(image.digest, image.manifest, image.config, referrers)
            }
        }
        print(json.text(pretty: true))
    }

    private static func json(
        _ digest: Digest,
        _ manifest: ImageManifest,
        _ config: ImageConfig,
        _ referrers: [Descriptor]
    ) -> JSON {
        var json: JSON = [
            "digest": .string(digest.description), "manifest": manifest.json, "config": config.json,
        ]
        if !referrers.isEmpty { json["referrers"] = .array(referrers.map(\.json)) }
        return json
    }
}
