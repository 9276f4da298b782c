import ArgumentParser
import Core
import Foundation
import Images

/// `slipway image ls`: the images of a layout.
struct ImageListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the images that were built here."
    )

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var storage: ImageStoreOptions

    func run() async throws {
        let images = try storage.store.listImages()
        if json {
            print(JSON.array(images.map(\.json)).text(pretty: true))
            return
        }
        let rows =
            [["NAME", "DIGEST", "CREATED", "SIZE"]]
            + images.map { [$0.name, $0.digest.short, $0.created ?? "-", ByteCount.text($0.size)] }
        print(TextTable.render(rows))
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

/// `slipway image prune`: frees the space of images without a name.
struct ImagePruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove content that no named image needs."
    )

    @Option(help: "Keep this digest although no image has its name (what is deployed). May be repeated.")
    var keep: [String] = []

    @Option(help: "Keep what is younger than so many hours: a build may be under way.")
    var hours = 24

    @OptionGroup var storage: ImageStoreOptions

    func run() async throws {
        guard hours >= 0 else { throw SlipwayError(.invalidInput, "--hours must not be negative") }
        let kept = Set(try keep.map(Digest.init(parsing:)))
        let result = try storage.store.prune(keeping: kept, olderThan: .seconds(hours * 3600), now: .now)
        print("removed \(result.removed.count) blobs, \(ByteCount.text(result.bytes))")
    }
}
