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
