import ArgumentParser
import Core
import Foundation
import Images

/// `slipway image save`: images as one file.
struct ImageSaveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "save",
        abstract:
            "Write images, with what is attached to them, to a tar file, for `slipway image load`, `docker load` or `podman load`."
    )

    @Argument(help: "The images: NAME[:TAG] or NAME@DIGEST.")
    var images: [String]

    @Option(help: "The file to write.", completion: .file())
    var file: String

    @OptionGroup var storage: ImageStoreOptions

    func run() async throws {
        var entries: [(descriptor: Descriptor, names: [String])] = []
        for image in images {
            let reference = try ImageReference(parsing: image, defaultRegistry: "localhost")
            let tag = reference.digest == nil ? reference.effectiveTag : nil
            entries.append((try storage.resolve(image), tag.map { ["\(reference.name):\($0)"] } ?? []))
        }
        try ImageArchive.save(entries, from: storage.store, to: URL(filePath: file))
        print("wrote \(file)")
    }
}

/// `slipway image load`: images from one file.
struct ImageLoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Read images from a tar file that Slipway, Docker, Podman or skopeo wrote."
    )

    @Argument(help: "The file, gzip or not.", completion: .file())
    var file: String

    @OptionGroup var storage: ImageStoreOptions

    func run() async throws {
        for (name, descriptor) in try ImageArchive.load(URL(filePath: file), into: storage.store) {
            print("\(name) is \(descriptor.digest)")
        }
    }
}
