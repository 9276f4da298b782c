import Core
import Foundation
import ImagesTestSupport
import Testing

@testable import Images

@Suite struct ImageStoreTests {
    let folder: TemporaryFolder
    let store: ImageStore

    init() throws {
        folder = try TemporaryFolder()
        store = ImageStore(directory: folder.path("layout"))
    }

    private func image(_ text: String, name: String? = nil) throws -> Descriptor {
        try store.storeImage([try LayerFixture.layer(.file("a", text)).tar()], name: name)
    }

    @Test func anEmptyFolderHoldsNoImages() throws {
        #expect(try store.resolve(ImageReference(parsing: "localhost/x")) == nil)
        #expect(try store.entries().isEmpty)
        #expect(!FileManager.default.fileExists(atPath: store.directory.path), "reading must not make anything")
    }

    @Test func findsAnImageByTagAndByDigest() throws {
        let first = try image("one", name: "localhost/api:develop")
        let reference = try ImageReference(parsing: "localhost/api:develop")
        #expect(try store.resolve(reference)?.digest == first.digest)
        #expect(try store.resolve(reference.pinned(to: first.digest))?.digest == first.digest)
        #expect(try store.resolve(ImageReference(parsing: "localhost/api")) == nil)
        #expect(try store.resolve(reference.pinned(to: Digest.of(Data("no".utf8)))) == nil)

        let second = try image("two", name: "localhost/api:develop")
        #expect(try store.resolve(reference)?.digest == second.digest, "a tag moves")
        let entries = try store.entries()
        #expect(entries.map(\.name) == ["localhost/api:develop"])
        #expect(try store.resolve(reference.pinned(to: first.digest))?.digest == first.digest, "content stays")
    }

    @Test func aDigestBeatsATag() throws {
        let first = try image("one", name: "localhost/api:a")
        _ = try image("two", name: "localhost/api:b")
        let both = try ImageReference(parsing: "localhost/api:b@\(first.digest)")
        #expect(try store.resolve(both)?.digest == first.digest)
    }

    @Test func aConfigurationIsNoImage() throws {
        let manifest = try store.manifest(image("one").digest)
        let reference = try ImageReference(parsing: "localhost/api").pinned(to: manifest.layers[0].digest)
        #expect(throws: SlipwayError.self) { try store.resolve(reference) }
    }

    @Test func losesNoNameOfManyWritersAtOnce() async throws {
        let descriptor = try image("one")
        let store = store
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<64 {
                group.addTask {
                    try await Blocking.run { try store.tag(descriptor, name: "localhost/api:t\(number)") }
                }
            }
            try await group.waitForAll()
        }
        #expect(try store.entries().count == 64)
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.ingest.path).isEmpty)
    }

    @Test(arguments: ["flipped", "truncated", "longer"])
    func noticesADamagedBlob(damage: String) throws {
        let descriptor = try image("some text that is long enough")
        let manifest = try store.manifest(descriptor.digest)
        let path = store.path(of: manifest.layers[0].digest)
        var data = try Data(contentsOf: path)
        switch damage {
        case "flipped": data[data.count / 2] ^= 1
        case "truncated": data.removeLast()
        default: data.append(0)
        }
        try data.write(to: path)
        let error = #expect(throws: SlipwayError.self) { try store.open(manifest.layers[0]).drain() }
        #expect(error?.description.contains("damaged") == true)
    }

    @Test func noticesADamagedManifest() throws {
        let descriptor = try image("x", name: "localhost/api:1")
        let path = store.path(of: descriptor.digest)
        var text = try String(contentsOf: path, encoding: .utf8)
        text.append(" ")
        try Data(text.utf8).write(to: path)
        #expect(throws: SlipwayError.self) { try store.manifest(descriptor.digest) }
    }

    @Test func refusesABlobThatIsNotWhatWasPromised() throws {
        let promised = Descriptor(mediaType: MediaType.layer, digest: Digest.of(Data("a".utf8)), size: 1)
        #expect(throws: SlipwayError.self) { try store.write(MemorySource(Array("b".utf8)), as: promised) }
        #expect(throws: SlipwayError.self) { try store.write(MemorySource(Array("ab".utf8)), as: promised) }
        #expect(!store.contains(promised.digest))
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.ingest.path).isEmpty, "nothing is left")
        try store.write(MemorySource(Array("a".utf8)), as: promised)
        #expect(store.contains(promised.digest))
    }

    @Test func refusesAHugeManifest() throws {
        let data = Data(repeating: 0x20, count: ImageStore.documentLimit + 1)
        let descriptor = try store.write(data, mediaType: MediaType.manifest)
        #expect(throws: SlipwayError.self) { try store.manifest(descriptor.digest) }
    }

    @Test func keepsWhatItDoesNotKnowOfOtherToolsEntries() throws {
        let descriptor = try image("one", name: "localhost/api:1")
        var foreign = descriptor
        foreign.annotations = ["com.example.note": "kept", ImageStore.referenceName: "v9"]
        let index = ImageIndex(manifests: [foreign], annotations: ["x": "y"])
        try index.json.data().write(to: store.indexFile)
        try store.tag(descriptor, name: "localhost/api:2")
        let read = try ImageIndex(parsing: Data(contentsOf: store.indexFile))
        #expect(read.annotations == ["x": "y"])
        #expect(read.manifests.contains(foreign))
        #expect(read.manifests.count == 2)
    }

    @Test func refusesALayoutOfAnotherVersion() throws {
        _ = try image("one", name: "localhost/api:1")
        try Data(#"{"imageLayoutVersion":"2.0.0"}"#.utf8).write(to: store.directory.appending(path: "oci-layout"))
        #expect(throws: SlipwayError.self) { try store.entries() }
    }

    @Test func choosesThePlatformOfAnIndex() throws {
        var here = try image("here")
        here.platform = .current
        var there = try image("there")
        there.platform = Platform(os: "plan9", architecture: "mips")
        let index = try store.write(ImageIndex(manifests: [there, here]))
        #expect(try store.manifestDigest(index.digest) == here.digest)
        #expect(try store.manifest(index.digest) == store.manifest(here.digest))
        let elsewhere = try store.write(ImageIndex(manifests: [there]))
        let error = #expect(throws: SlipwayError.self) { try store.manifest(elsewhere.digest) }
        #expect(error?.description.contains("plan9/mips") == true)
    }

    @Test func prunesWhatNoImageNeeds() throws {
        let kept = try image("kept", name: "localhost/api:1")
        let deployed = try image("deployed")
        let lost = try image("lost")
        let young = try store.prune(olderThan: .seconds(3600), now: .now)
        #expect(young.removed.isEmpty, "a blob that was written just now may belong to a build under way")
        let result = try store.prune(keeping: [deployed.digest], olderThan: .zero, now: .now.addingTimeInterval(60))
        #expect(result.removed.contains(lost.digest))
        #expect(result.removed.count == 3, "manifest, configuration, layer")
        for digest in [kept.digest, deployed.digest] {
            let manifest = try store.manifest(digest)
            #expect(store.contains(manifest.config.digest) && store.contains(manifest.layers[0].digest))
        }
    }
}
