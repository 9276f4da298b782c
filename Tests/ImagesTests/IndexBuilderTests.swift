import Core
import Foundation
import ImagesTestSupport
import Testing

@testable import Images

@Suite struct IndexBuilderTests {
    let folder: TemporaryFolder
    let store: ImageStore

    init() throws {
        folder = try TemporaryFolder()
        store = ImageStore(directory: folder.path("layout"))
    }

    private func image(_ platform: String, _ text: String, _ annotations: [String: String]) throws -> Digest {
        let plain = try store.storeImage([try LayerFixture.layer(.file("a", text)).tar()])
        var manifest = try store.manifest(plain.digest)
        var config = try store.config(manifest)
        config.platform = try Platform(parsing: platform)
        manifest.config = try store.write(config.json.data(), mediaType: MediaType.config)
        manifest.annotations = annotations
        return try store.write(manifest).digest
    }

    @Test func putsPlatformsTogetherWhateverTheirOrder() throws {
        let first = try image("linux/amd64", "1", ["version": "1", "only": "first"])
        let second = try image("linux/arm64/v8", "2", ["version": "1"])
        let builder = IndexBuilder(store: store)
        let index = try builder.build([second, first], annotations: ["own": "x"])
        #expect(try builder.build([first, second], annotations: ["own": "x"]).digest == index.digest)
        let parsed = try ImageIndex(parsing: store.document(index.digest))
        #expect(parsed.manifests.map { $0.platform?.description } == ["linux/amd64", "linux/arm64/v8"])
        #expect(parsed.annotations == ["version": "1", "own": "x"], "what all have in common")
        #expect(try store.manifestDigest(index.digest, platform: Platform(parsing: "linux/arm64")) == second)
        let third = try image("linux/riscv64", "3", [:])
        let wider = try builder.build([index.digest, third])
        #expect(try ImageIndex(parsing: store.document(wider.digest)).manifests.count == 3)
    }

    @Test func refusesTwoImagesForOnePlatform() throws {
        let first = try image("linux/amd64", "1", [:])
        let second = try image("linux/amd64", "2", [:])
        #expect(throws: SlipwayError.self) { try IndexBuilder(store: store).build([first, second]) }
        #expect(throws: Never.self) { try IndexBuilder(store: store).build([first, first]) }
        #expect(throws: SlipwayError.self) { try IndexBuilder(store: store).build([]) }
    }

    @Test func attachmentsLiveAsLongAsTheirImage() throws {
        let image = try image("linux/amd64", "1", [:])
        let descriptor = try #require(try store.descriptor(of: image))
        try store.tag(descriptor, name: "localhost/a:1")
        let layer = try store.write(Data("note".utf8), mediaType: "text/plain")
        let manifest = ImageManifest(
            artifactType: "text/note",
            config: try store.write(Data("{}".utf8), mediaType: MediaType.empty),
            layers: [layer],
            subject: descriptor
        )
        try store.attach(manifest, to: image)
        #expect(try store.attachments(of: image).map(\.artifactType) == ["text/note"])
        #expect(try store.entries().count == 1 && store.roots().count == 1, "it is no image")
        let later = Date.now.addingTimeInterval(3600)
        _ = try store.prune(olderThan: .zero, now: later)
        #expect(store.contains(layer.digest))
        try store.untag(name: "localhost/a:1")
        _ = try store.prune(olderThan: .zero, now: later)
        #expect(!store.contains(layer.digest) && !store.contains(image))
        #expect(try store.attachments(of: image).isEmpty)
    }

    @Test func takesAnImageFromAnotherLayoutWholeOrNotAtAll() async throws {
        let image = try image("linux/amd64", "1", [:])
        let descriptor = try #require(try store.descriptor(of: image))
        let other = ImageStore(directory: folder.path("other"))
        try await other.take(descriptor, from: store)
        for layer in try other.manifest(image).layers { try other.open(layer).drain() }
        let broken = ImageStore(directory: folder.path("broken"))
        let layer = try store.manifest(image).layers[0]
        try Data("damaged".utf8).write(to: store.path(of: layer.digest))
        await #expect(throws: SlipwayError.self) { try await broken.take(descriptor, from: store) }
        #expect(!broken.contains(image) && !broken.contains(layer.digest))
    }
}
