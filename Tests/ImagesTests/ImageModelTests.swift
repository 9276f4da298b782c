import Core
import Foundation
import Images
import Testing

@Suite struct ImageModelTests {
    static let digest = "sha256:\(String(repeating: "0", count: 64))"

    @Test func readsAndWritesAManifest() throws {
        let text = #"""
            {"annotations":{"a":"b"},"config":{"digest":"\#(Self.digest)","mediaType":"application/vnd.oci.image.config.v1+json","size":2},"layers":[{"annotations":{"c":"d"},"digest":"\#(Self.digest)","mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","size":7}],"mediaType":"application/vnd.oci.image.manifest.v1+json","schemaVersion":2}
            """#
        let manifest = try ImageManifest(parsing: Data(text.utf8))
        #expect(manifest.layers.first?.annotations == ["c": "d"])
        #expect(manifest.json.text() == text)
    }

    @Test(
        arguments: [
            "{}", "[]", "x", #"{"schemaVersion":1}"#, #"{"schemaVersion":2,"layers":[]}"#,
            #"{"schemaVersion":2,"config":{"mediaType":"x","digest":"sha256:1","size":1},"layers":[]}"#,
            #"{"schemaVersion":2,"config":{"mediaType":"x","digest":"\#(digest)","size":-1},"layers":[]}"#,
            #"{"schemaVersion":2,"config":{"mediaType":"x","digest":"\#(digest)","size":1},"layers":{}}"#,
            #"{"schemaVersion":2,"config":{"mediaType":"x","digest":"\#(digest)","size":1},"layers":[],"annotations":{"a":1}}"#,
        ]
    )
    func refusesADamagedManifest(text: String) {
        #expect(throws: SlipwayError.self) { try ImageManifest(parsing: Data(text.utf8)) }
    }

    @Test func keepsEverythingOfAConfiguration() throws {
        let text = #"""
            {"architecture":"arm64","author":"me","config":{"Cmd":["b"],"Entrypoint":["/a"],"Env":["X=1"],"ExposedPorts":{"80/tcp":{}},"Healthcheck":{"Interval":5000000000,"Retries":3,"Test":["CMD","/a"]},"Labels":{"k":"v"},"Shell":["/bin/sh","-c"],"StopSignal":"SIGINT","User":"1:2","Volumes":{"/v":{}},"WorkingDir":"/w"},"created":"2026-01-01T00:00:00Z","history":[{"created_by":"x","empty_layer":true}],"os":"linux","rootfs":{"diff_ids":["\#(Self.digest)"],"type":"layers"},"variant":"v8"}
            """#
        #expect(try ImageConfig(parsing: Data(text.utf8)).json.text() == text)
    }

    @Test func choosesAPlatformByVariantToo() throws {
        func descriptor(_ text: String) throws -> Descriptor {
            Descriptor(
                mediaType: MediaType.manifest,
                digest: Digest.of(Data(text.utf8)),
                size: 1,
                platform: try Platform(parsing: text)
            )
        }
        let index = ImageIndex(
            manifests: try ["linux/arm/v6", "linux/arm/v7", "linux/amd64", "linux/arm64"].map(descriptor)
        )
        func chosen(_ text: String) throws -> String? {
            index.manifest(for: try Platform(parsing: text))?.platform?.description
        }
        #expect(try chosen("linux/arm/v7") == "linux/arm/v7")
        #expect(try chosen("linux/arm/v6") == "linux/arm/v6")
        #expect(try chosen("linux/amd64") == "linux/amd64")
        #expect(try chosen("linux/arm64/v8") == "linux/arm64")
        #expect(try chosen("linux/arm64/v9") == nil)
        #expect(try chosen("windows/amd64") == nil)
    }

    @Test func hashesAsEverybodyElseDoes() {
        let expected = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        #expect(Digest.of(Data("hello".utf8)).description == expected)
    }

    @Test(
        arguments: [
            (MediaType.layer, MediaType.Compression.none), (MediaType.gzipLayer, .gzip), (MediaType.zstdLayer, .zstd),
            (MediaType.dockerGzipLayer, .gzip),
            ("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", .gzip),
        ]
    )
    func knowsHowLayersArePacked(type: String, compression: MediaType.Compression) {
        #expect(MediaType.compression(ofLayer: type) == compression)
        #expect(MediaType.compression(ofLayer: "application/json") == nil)
    }
}
