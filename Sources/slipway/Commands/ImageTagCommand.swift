import ArgumentParser
import Core
import Foundation
import Images

/// `slipway image tag`: gives an image another name.
struct ImageTagCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag",
        abstract: "Give an image further names.",
        discussion: "A name moves where another image had it."
    )

    @Argument(help: "The image: NAME[:TAG] or NAME@DIGEST.")
    var image: String

    @Argument(help: "Tags for the same name (develop), or whole names (localhost/other:1.2).")
    var names: [String]

    @OptionGroup var storage: ImageStoreOptions

    func run() async throws {
        let source = try ImageReference(parsing: image, defaultRegistry: "localhost")
        let references = try names.map { name in
            name.contains("/") || name.contains(":")
                ? try ImageReference(parsing: name, defaultRegistry: "localhost") : try source.tagged(name)
        }
        for reference in references where reference.digest != nil {
            throw SlipwayError(.invalidInput, "\(reference) is no name that could be given", why: "It is a digest.")
        }
        let descriptor = try storage.resolve(image)
        for reference in references {
            try storage.store.tag(descriptor, as: reference)
            print("\(reference.name):\(reference.effectiveTag ?? "latest") is \(descriptor.digest)")
        }
    }
}

/// `slipway image rm`: takes names away.
struct ImageRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove names of images; prune frees their space."
    )

    @Argument(help: "Images: NAME[:TAG].")
    var images: [String]

    @OptionGroup var storage: ImageStoreOptions

    func run() async throws {
        let references = try images.map { try ImageReference(parsing: $0, defaultRegistry: "localhost") }
        for reference in references where reference.digest != nil {
            throw SlipwayError(.invalidInput, "\(reference) is no name that could be removed", why: "It is a digest.")
        }
        for reference in references {
            let name = "\(reference.name):\(reference.effectiveTag ?? "latest")"
            guard try storage.store.untag(name: name) else {
                throw SlipwayError(.invalidInput, "There is no image \(name) in \(storage.store.directory.path)")
            }
            print("removed \(name)")
        }
    }
}
