import Core
import Foundation
import ImagesTestSupport
import Testing

@testable import Images

@Suite struct ImageArchiveTests {
    let folder: TemporaryFolder
    let store: ImageStore

    init() throws {
        folder = try TemporaryFolder()
        store = ImageStore(directory: folder.path("layout"))
    }

    private func other() -> ImageStore { ImageStore(directory: folder.path("other")) }

    private func image(_ text: String) throws -> Descriptor {
        try store.storeImage([
            try LayerFixture.layer(.file("a", text)).tar(), try LayerFixture.layer(.file("b", "x")).tar(),
        ])
    }

    @Test func savesAndLoads() throws {
        let image = try image("one")
        let file = folder.path("x.tar")
        try ImageArchive.save([(image, ["localhost/api:1", "localhost/api:2"])], from: store, to: file)
        let loaded = try ImageArchive.load(file, into: other())
        #expect(loaded.map(\.name) == ["localhost/api:1", "localhost/api:2"])
        #expect(try other().resolve(ImageReference(parsing: "localhost/api:2"))?.digest == image.digest)
        let again = folder.path("y.tar")
        try ImageArchive.save([(image, ["localhost/api:1", "localhost/api:2"])], from: store, to: again)
        #expect(try Data(contentsOf: file) == Data(contentsOf: again), "equal images give equal files")
    }

    @Test func whatIsAttachedGoesWithTheImage() throws {
        let image = try image("one")
        let report = try store.write(Data("{}".utf8), mediaType: "application/json")
        var manifest = ImageManifest(config: report, layers: [])
        manifest.artifactType = "application/vnd.example.report"
        let attached = try store.attach(manifest, to: image.digest, tag: "sha256-one.report")
        let file = folder.path("x.tar")
        try ImageArchive.save([(image, ["localhost/api:1"]), (image, ["localhost/api:2"])], from: store, to: file)

        #expect(try ImageArchive.load(file, into: other()).map(\.name) == ["localhost/api:1", "localhost/api:2"])
        #expect(try other().attachments(of: image.digest) == [attached])
        #expect(try other().roots().count == 2, "what is attached is no image")
    }

    @Test(.enabled(if: Tool.has("skopeo"), "skopeo is not installed"), arguments: ["oci-archive", "docker-archive"])
    func exchangesArchivesWithSkopeo(format: String) async throws {
        let image = try image("one")
        try store.tag(image, name: "x")
        let theirs = folder.path("theirs.tar")
        let written = try await Tool.run(
            "skopeo",
            ["copy", "oci:\(store.directory.path):x", "\(format):\(theirs.path):localhost/api:1"]
        )
        #expect(written.succeeded, "\(written.error)")
        let loaded = try #require(try ImageArchive.load(theirs, into: other()).first)
        #expect(loaded.name == "localhost/api:1")
        try await ImageUnpacker().unpack(manifest: loaded.descriptor.digest, from: other(), into: folder.path("root"))
        #expect(try String(contentsOf: folder.path("root/a"), encoding: .utf8) == "one")

        let ours = folder.path("ours.tar")
        try ImageArchive.save([(image, ["localhost/api:1"])], from: store, to: ours)
        let read = try await Tool.run(
            "skopeo",
            ["copy", "\(format):\(ours.path):localhost/api:1", "oci:\(folder.path("copy").path):y"]
        )
        #expect(read.succeeded, "\(read.error)")
    }

    @Test(.enabled(if: Tool.has("gzip"), "gzip is not installed"))
    func loadsACompressedArchive() async throws {
        let file = folder.path("x.tar")
        try ImageArchive.save([(try image("one"), ["localhost/api:1"])], from: store, to: file)
        #expect(try await Tool.run("gzip", [file.path]).succeeded)
        #expect(try ImageArchive.load(folder.path("x.tar.gz"), into: other()).count == 1)
    }

    @Test func refusesADamagedArchiveAndNamesNothing() throws {
        let image = try image("one")
        let layer = try store.manifest(image.digest).layers[0]
        let manifest = Array(try store.document(image.digest))
        let index = ImageIndex(manifests: [
            Descriptor(
                mediaType: MediaType.manifest,
                digest: image.digest,
                size: image.size,
                annotations: [ImageStore.referenceName: "localhost/api:1"]
            )
        ])
        let whole: [LayerFixture.Member] = [
            .file("index.json", index.json.text()),
            .file("blobs/sha256/\(image.digest.hex)", String(decoding: manifest, as: UTF8.self)),
        ]
        let damaged: [(String, [LayerFixture.Member])] = [
            ("a blob is missing", whole), ("no image", [.file("x", "y")]), ("empty", []),
            ("a blob is not what its name says", whole + [.file("blobs/sha256/\(layer.digest.hex)", "other")]),
            ("a path leads out", [.file("../x", "y")]),
            ("a manifest is missing", [whole[0]]),
            (
                "Docker's list names what is missing",
                [.file("manifest.json", #"[{"Config":"c.json","RepoTags":["a:1"],"Layers":[]}]"#)]
            ),
        ]
        for (what, members) in damaged {
            let file = folder.path("bad.tar")
            try Data(LayerFixture(members).tar()).write(to: file)
            #expect(throws: SlipwayError.self, "\(what)") { try ImageArchive.load(file, into: other()) }
            #expect(try other().entries().isEmpty, "\(what)")
        }
    }
}
