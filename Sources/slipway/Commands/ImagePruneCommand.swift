import ArgumentParser
import Core
import Foundation
import Images

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
