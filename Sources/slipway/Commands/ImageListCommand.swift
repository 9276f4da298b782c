import ArgumentParser
import Core
import Foundation
import Images

/// `slipway image ls`: the images of a layout, or the tags of a registry's repository.
struct ImageListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the images of this machine, or the tags of a repository in a registry."
    )

    @Argument(help: "A repository of a registry: REGISTRY/NAME. Without it, the images of this machine.")
    var repository: String?

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var storage: ImageStoreOptions

    func run() async throws {
        if let repository { return try await listTags(of: ImageReference(parsing: repository)) }
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

    private func listTags(of reference: ImageReference) async throws {
        guard reference.tag == nil, reference.digest == nil else {
            throw SlipwayError(
                .invalidInput,
                "\(reference) is one image",
                next: "List its repository, \(reference.name), or look at it: slipway image inspect \(reference)"
            )
        }
        let tags = try await RegistryClient.withClient(try registry.options(for: reference.registry)) { client in
            try await client.tags(of: reference)
        }
        if json {
            print(JSON.array(tags.map(JSON.string)).text(pretty: true))
        } else {
            for tag in tags { print(tag) }
        }
    }
}
