import Core
import Foundation
import ImagesTestSupport
import Testing

@testable import Images

/// Against a registry that we did not write.
@Suite(.enabled(if: RealRegistry.isInstalled, "docker-registry is not installed"))
struct RegistryTests {
    let folder: TemporaryFolder
    let store: ImageStore

    init() throws {
        folder = try TemporaryFolder()
        store = ImageStore(directory: folder.path("layout"))
    }

    private func options(_ change: (inout RegistryClient.Options) -> Void = { _ in }) -> RegistryClient.Options {
        var options = RegistryClient.Options()
        options.credentials = RegistryCredentials(environment: [:], home: folder.url)
        options.retries = RetryPolicy(attempts: 3, firstDelay: .milliseconds(1), longestDelay: .milliseconds(20))
        change(&options)
        return options
    }

    private func image(_ text: String, size: Int = 0) throws -> Descriptor {
        var noise = SystemRandomNumberGenerator()
        let bytes = (0..<size).map { _ in UInt8.random(in: 33...126, using: &noise) }
        let filler = String(decoding: bytes, as: UTF8.self)
        return try store.storeImage([
            try LayerFixture.layer(.file("a", text)).tar(), try LayerFixture.layer(.file("b", filler)).tar(),
        ])
    }

    private func otherStore() -> ImageStore { ImageStore(directory: folder.path("other")) }

    @Test func pushesAndPulls() async throws {
        let registry = try await RealRegistry()
        let image = try image("hello")
        let reference = try ImageReference(parsing: "\(registry.host)/team/api:1.0")
        let first = try await RegistryClient.withClient(options()) {
            try await $0.push(image, from: store, to: reference)
        }
        #expect(first.uploaded == 3 && first.digest == image.digest)
        let again = try await RegistryClient.withClient(options()) {
            try await $0.push(image, from: store, to: reference)
        }
        #expect(again.uploaded == 0 && again.present == 3, "what is there is not sent again")
        let pulled = try await RegistryClient.withClient(options()) {
            try await $0.pull(reference, into: otherStore(), platform: .current)
        }
        #expect(pulled.digest == image.digest)
        try await ImageUnpacker().unpack(manifest: pulled.digest, from: otherStore(), into: folder.path("root"))
        #expect(try String(contentsOf: folder.path("root/a"), encoding: .utf8) == "hello")
    }

    @Test(arguments: [0, 1, 1000, 4095, 4096, 4097, 50_000])
    func sendsLargeBlobsInPieces(size: Int) async throws {
        let registry = try await RealRegistry()
        let image = try image("hello", size: size)
        let reference = try ImageReference(parsing: "\(registry.host)/team/api:1.0")
        let small = options { $0.chunkSize = 4096 }
        _ = try await RegistryClient.withClient(small) { try await $0.push(image, from: store, to: reference) }
        let pulled = try await RegistryClient.withClient(options()) {
            try await $0.pull(reference, into: otherStore(), platform: .current)
        }
        for layer in try otherStore().manifest(pulled.digest).layers { try otherStore().open(layer).drain() }
    }

    @Test func mountsBlobsOfAnotherRepository() async throws {
        let registry = try await RealRegistry()
        let image = try image("hello")
        let result = try await RegistryClient.withClient(options()) { client in
            _ = try await client.push(image, from: store, to: ImageReference(parsing: "\(registry.host)/one/api:1"))
            return try await client.push(
                image,
                from: store,
                to: ImageReference(parsing: "\(registry.host)/two/api:1"),
                mountingFrom: ["missing/api", "one/api"]
            )
        }
        #expect(result.mounted == 3 && result.uploaded == 0)
    }

    @Test func copiesAnIndexWithAllItsPlatforms() async throws {
        let registry = try await RealRegistry()
        var here = try image("here")
        here.platform = .current
        var there = try image("there")
        there.platform = Platform(os: "linux", architecture: "mips")
        let index = try store.write(ImageIndex(manifests: [here, there], annotations: ["a": "b"]))
        let reference = try ImageReference(parsing: "\(registry.host)/team/api:all")
        let (whole, one) = try await RegistryClient.withClient(options()) { client in
            _ = try await client.push(index, from: store, to: reference)
            let whole = try await client.pull(reference, into: otherStore(), platform: nil)
            let one = try await client.pull(
                reference,
                into: ImageStore(directory: folder.path("third")),
                platform: .current
            )
            return (whole, one)
        }
        #expect(whole.digest == index.digest)
        #expect(try otherStore().manifest(there.digest).layers.count == 2)
        #expect(one.digest == here.digest)
        #expect(!ImageStore(directory: folder.path("third")).contains(there.digest))
    }

    @Test func asksForAPasswordOnlyWhereOneIsNeeded() async throws {
        let registry = try await RealRegistry(withAccounts: true)
        let image = try image("hello")
        let reference = try ImageReference(parsing: "\(registry.host)/team/api:1")
        let anonymous = await #expect(throws: SlipwayError.self) {
            try await RegistryClient.withClient(options()) { try await $0.push(image, from: store, to: reference) }
        }
        #expect(anonymous?.next?.contains("docker login \(registry.host)") == true)
        let wrong = RegistryCredentials(explicit: .password(user: "alice", Secret("wrong")))
        await #expect(throws: SlipwayError.self) {
            try await RegistryClient.withClient(options { $0.credentials = wrong }) {
                try await $0.push(image, from: store, to: reference)
            }
        }
        // As `docker login` keeps it.
        let encoded = Data("alice:\(RealRegistry.password)".utf8).base64EncodedString()
        try folder.write(#"{"auths":{"\#(registry.host)":{"auth":"\#(encoded)"}}}"#, to: ".docker/config.json")
        let result = try await RegistryClient.withClient(options()) {
            try await $0.push(image, from: store, to: reference)
        }
        #expect(result.uploaded == 3)
    }

    @Test func saysWhatIsMissing() async throws {
        let registry = try await RealRegistry()
        let reference = try ImageReference(parsing: "\(registry.host)/team/none:1")
        let error = await #expect(throws: SlipwayError.self) {
            try await RegistryClient.withClient(options()) {
                try await $0.pull(reference, into: otherStore(), platform: .current)
            }
        }
        #expect(error?.exitCode == .external)
        #expect(error?.why?.contains("404") == true && error?.why?.contains("MANIFEST_UNKNOWN") == true)
    }

    @Test(.enabled(if: Tool.has("skopeo"), "skopeo is not installed"))
    func skopeoReadsWhatWePushAndWeReadWhatItPushes() async throws {
        let registry = try await RealRegistry()
        let image = try image("hello")
        try store.tag(image, name: "x")
        let reference = try ImageReference(parsing: "\(registry.host)/team/api:1")
        _ = try await RegistryClient.withClient(options()) { try await $0.push(image, from: store, to: reference) }
        let source = "docker://\(registry.host)/team/api:1"
        let copied = try await Tool.run(
            "skopeo",
            ["copy", "--src-tls-verify=false", source, "oci:\(folder.path("copy").path):y"]
        )
        #expect(copied.succeeded, "\(copied.error)")
        #expect(try ImageStore(directory: folder.path("copy")).resolve(name: "y")?.digest == image.digest)
        let pushed = try await Tool.run(
            "skopeo",
            [
                "copy", "--dest-tls-verify=false", "--format", "v2s2", "oci:\(store.directory.path):x",
                "docker://\(registry.host)/team/docker:1",
            ]
        )
        #expect(pushed.succeeded, "\(pushed.error)")
        let docker = try ImageReference(parsing: "\(registry.host)/team/docker:1")
        let pulled = try await RegistryClient.withClient(options()) {
            try await $0.pull(docker, into: otherStore(), platform: .current)
        }
        #expect(pulled.mediaType == MediaType.dockerManifest, "Docker's own types stay as they are")
        try await ImageUnpacker().unpack(manifest: pulled.digest, from: otherStore(), into: folder.path("root"))
        #expect(try String(contentsOf: folder.path("root/a"), encoding: .utf8) == "hello")
    }
}
