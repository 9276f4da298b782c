import ArgumentParser
import Core
import Foundation
import Images

/// `slipway image inspect`: an image's manifest and configuration.
struct ImageInspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show an image's digest, platform, configuration and layers as JSON."
    )

    @Argument(help: "The image: NAME[:TAG] or NAME@DIGEST.")
    var image: String

    @Option(help: "The platform, where the image has several (default: this machine's).")
    var platform: String?

    @OptionGroup var storage: ImageStoreOptions

    func run() async throws {
        let descriptor = try storage.resolve(image)
        let wanted = try platform.map(Platform.init(parsing:)) ?? .current
        let digest = try storage.store.manifestDigest(descriptor.digest, platform: wanted)
        let manifest = try storage.store.manifest(digest)
        let config = try storage.store.config(manifest)
        let json: JSON = [
            "digest": .string(digest.description), "manifest": manifest.json, "config": config.json,
        ]
        print(json.text(pretty: true))
    }
}
