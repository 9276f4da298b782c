import ArgumentParser
import Core
import Foundation
import Images

/// `slipway image`: build images and look at them.
struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Build container images and look at them, without a daemon.",
        subcommands: [
            ImageBuildCommand.self,
            ImageCheckCommand.self,
            ImageCopyCommand.self,
            ImageInspectCommand.self,
            ImageListCommand.self,
            ImageLoadCommand.self,
            ImagePruneCommand.self,
            ImagePullCommand.self,
            ImagePushCommand.self,
            ImageRemoveCommand.self,
            ImageSaveCommand.self,
            ImageTagCommand.self,
        ]
    )
}

/// Which image layout a command works on.
struct ImageStoreOptions: ParsableArguments {
    @Option(
        name: [.customLong("output"), .customLong("store")],
        help: ArgumentHelp("The OCI image layout to use.", discussion: "Default: images/ in Slipway's state folder."),
        completion: .directory
    )
    var directory: String?

    var store: ImageStore {
        ImageStore(directory: directory.map { URL(filePath: $0) } ?? StateDirectory.locate().images)
    }

    /// Finds an image, or says which ones there are.
    func resolve(_ text: String) throws -> Descriptor {
        let reference = try ImageReference(parsing: text, defaultRegistry: "localhost")
        if let descriptor = try store.resolve(reference) { return descriptor }
        let known = try store.entries().map(\.name)
        throw SlipwayError(
            .invalidInput,
            "There is no image \(reference) in \(store.directory.path)",
            next: known.isEmpty ? "Build one: slipway image build" : "There are: \(known.joined(separator: ", "))"
        )
    }
}
