import ArgumentParser
import Core
import Foundation
import Images

/// `slipway image index`: several platforms under one name.
struct ImageIndexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Put images that were built for several platforms under one name.",
        discussion: "Each platform once; an index among the images counts as what is in it."
    )

    @Argument(help: "The name: NAME[:TAG].")
    var name: String

    @Argument(help: "The images: NAME[:TAG] or NAME@DIGEST.")
    var images: [String]

    @Option(help: "An annotation of the index, key=value. May be repeated.")
    var annotation: [String] = []

    @OptionGroup var storage: ImageStoreOptions

    func run() async throws {
        let reference = try ImageReference(parsing: name, defaultRegistry: "localhost")
        let digests = try images.map { try storage.resolve($0).digest }
        let annotations = try KeyValue.parse(annotation, "an annotation")
        let index = try IndexBuilder(store: storage.store).build(digests, annotations: annotations)
        try storage.store.tag(index, as: reference)
        print(reference.pinned(to: index.digest))
    }
}

/// `key=value` arguments.
enum KeyValue {
    static func parse(_ texts: [String], _ kind: String) throws -> [String: String] {
        var values: [String: String] = [:]
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw SlipwayError(.invalidInput, "\"\(text)\" is not \(kind)", next: "Write it as key=value.")
            }
            values[parts[0]] = parts[1]
        }
        return values
    }
}
