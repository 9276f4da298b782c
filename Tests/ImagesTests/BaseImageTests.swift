import Core
import Foundation
import ImagesTestSupport
import Testing

@testable import Images

/// Images on other images and on folders.
@Suite(.enabled(if: CompiledProgram.compiler != nil, "no C compiler is installed"))
struct BaseImageTests {
    let folder: TemporaryFolder
    let store: ImageStore

    init() throws {
        folder = try TemporaryFolder()
        store = ImageStore(directory: folder.path("layout"))
    }

    private static let stamp = BuildStamp(created: 1_700_000_000, systemFiles: 0)

    private func program(_ flags: [String] = []) async throws -> URL {
        let url = folder.path("program")
        try await CompiledProgram.compile("int main(void) { return 7; }", to: url, flags)
        return url
    }

    /// A base with two layers, the upper of which hides something of the lower.
    private func base() throws -> Descriptor {
        let lower = try LayerFixture.layer(
            .folder("etc"),
            .file("etc/motd", "hello"),
            .file("etc/gone", "x"),
            .folder("old"),
            .file("old/a", "a"),
            .folder("usr"),
            .folder("usr/lib"),
            .link("lib", to: "usr/lib")
        ).tar()
        let upper = try LayerFixture.layer(.folder("etc"), .file("etc/.wh.gone", ""), .file(".wh.old", "")).tar()
        let plain = try store.storeImage([lower, upper])
        var config = try store.config(store.manifest(plain.digest))
        config.user = "www:www"
        config.environment = ["PATH=/custom", "MODE=base"]
        config.entrypoint = ["/bin/old"]
        config.command = ["--old"]
        config.workingDirectory = "/srv"
        config.labels = ["vendor": "base"]
        config.exposedPorts = ["80/tcp"]
        config.healthCheck = .init(test: ["CMD", "true"], interval: 5_000_000_000)
        config.shell = ["/bin/ash", "-c"]
        config.history = [
            .init(createdBy: "base 1"), .init(createdBy: "ENV", emptyLayer: true), .init(createdBy: "base 2"),
        ]
        var manifest = try store.manifest(plain.digest)
        manifest.config = try store.write(config.json.data(), mediaType: MediaType.config)
        return try store.write(manifest)
    }

    private func recipe(on base: Descriptor, _ executables: [ImageRecipe.Executable]) -> ImageRecipe {
        var recipe = ImageRecipe(executables: executables, stamp: Self.stamp)
        recipe.foundation = .image(base.digest, name: "docker.io/library/base:1")
        return recipe
    }

    @Test func keepsWhatTheBaseSaysAndPutsItsOwnOnTop() async throws {
        let base = try base()
        var recipe = recipe(on: base, [.init(source: try await program(["-static"]))])
        recipe.environment = ["MODE=own", "EXTRA=1"]
        recipe.ports = ["8000"]
        recipe.labels = ["own": "yes"]
        let built = try await ImageAssembler(store: store).assemble(recipe)
        let config = built.config
        #expect(config.user == "www:www" && config.workingDirectory == "/srv" && config.shell == ["/bin/ash", "-c"])
        #expect(config.environment == ["PATH=/custom", "MODE=own", "EXTRA=1"])
        #expect(config.entrypoint == ["/app/program"] && config.command.isEmpty, "the base's arguments are void")
        #expect(config.exposedPorts == ["80/tcp", "8000/tcp"] && config.labels == ["vendor": "base", "own": "yes"])
        #expect(config.healthCheck?.interval == 5_000_000_000)
        #expect(config.history.compactMap(\.createdBy).prefix(3) == ["base 1", "ENV", "base 2"])
        #expect(config.history.count { !$0.emptyLayer } == config.diffIDs.count)
        let manifest = try store.manifest(built.descriptor.digest)
        #expect(Array(manifest.layers.prefix(2)) == (try store.manifest(base.digest).layers), "not one byte differs")
        #expect(manifest.annotations[ImageLabels.baseDigest] == base.digest.description)
        let root = folder.path("root")
        try await ImageUnpacker().unpack(manifest: built.descriptor.digest, from: store, into: root)
        #expect(FileManager.default.fileExists(atPath: root.appending(path: "etc/motd").path))
        #expect(!FileManager.default.fileExists(atPath: root.appending(path: "etc/gone").path))
        let outcome = try await Tool.run(root.appending(path: "app/program").path, [])
        #expect(outcome.exitCode == 7)
        let again = try await ImageAssembler(store: ImageStore(directory: store.directory)).assemble(recipe)
        #expect(again.descriptor.digest == built.descriptor.digest, "with the remembered list of files, too")
    }

    @Test func aResourceAloneKeepsTheEntryPoint() async throws {
        var recipe = recipe(on: try base(), [])
        recipe.resources = [.init(source: try folder.write("new", to: "motd"), destination: "/etc/motd")]
        recipe.command = ["--new"]
        let built = try await ImageAssembler(store: store).assemble(recipe)
        #expect(built.config.entrypoint == ["/bin/old"] && built.config.command == ["--new"])
        #expect(built.layers.map(\.name) == ["resources"])
        let root = folder.path("root")
        try await ImageUnpacker().unpack(manifest: built.descriptor.digest, from: store, into: root)
        #expect(try String(contentsOf: root.appending(path: "etc/motd"), encoding: .utf8) == "new")
    }

    @Test func putsFilesThroughTheBasesLinks() async throws {
        var recipe = recipe(on: try base(), [])
        recipe.resources = [.init(source: try folder.write("x", to: "x.conf"), destination: "/lib/x.conf")]
        let built = try await ImageAssembler(store: store).assemble(recipe)
        let root = folder.path("root")
        try await ImageUnpacker().unpack(manifest: built.descriptor.digest, from: store, into: root)
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: root.appending(path: "lib").path) == "usr/lib"
        )
        #expect(FileManager.default.fileExists(atPath: root.appending(path: "usr/lib/x.conf").path))
    }

    @Test func addsOnlyLibrariesThatTheBaseDoesNotHave() async throws {
        let first = try await ImageAssembler(store: store).assemble(
            ImageRecipe(executables: [.init(source: try await program())], stamp: Self.stamp)
        )
        let library = folder.path("libown.so.1")
        try await CompiledProgram.compile(
            "int own(void) { return 3; }",
            to: library,
            ["-shared", "-fPIC", "-Wl,-soname,libown.so.1"]
        )
        let second = folder.path("second")
        try await CompiledProgram.compile(
            "int own(void); int main(void) { return own(); }",
            to: second,
            ["-L\(folder.url.path)", "-l:libown.so.1", "-Wl,-rpath,$ORIGIN"]
        )
        let built = try await ImageAssembler(store: store).assemble(
            recipe(on: first.descriptor, [.init(source: second)])
        )
        #expect(built.layers.map(\.name) == ["runtime", "application"], "libc is there already")
    }

    @Test func scriptsRunOnABaseOnly() async throws {
        let script = try folder.write("#!/bin/sh\n", to: "run.sh", mode: 0o755)
        let built = try await ImageAssembler(store: store).assemble(recipe(on: try base(), [.init(source: script)]))
        #expect(built.config.entrypoint == ["/app/run.sh"])
        await #expect(throws: SlipwayError.self) {
            try await ImageAssembler(store: store).assemble(
                ImageRecipe(executables: [.init(source: script)], stamp: Self.stamp)
            )
        }
    }

    @Test func refusesABaseForAnotherProcessor() async throws {
        let base = try base()
        var config = try store.config(store.manifest(base.digest))
        config.platform = Platform(os: "linux", architecture: "mips")
        var manifest = try store.manifest(base.digest)
        manifest.config = try store.write(config.json.data(), mediaType: MediaType.config)
        let other = try store.write(manifest)
        let program = try await program()
        let error = await #expect(throws: SlipwayError.self) {
            try await ImageAssembler(store: store).assemble(recipe(on: other, [.init(source: program)]))
        }
        #expect(error?.what.contains("linux/mips") == true)
    }

    @Test func buildsOnAFolder() async throws {
        try folder.write("1", to: "rootfs/etc/release")
        try folder.write("tool", to: "rootfs/usr/bin/tool", mode: 0o4755)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("rootfs/bin").path,
            withDestinationPath: "usr/bin"
        )
        #expect(mkfifo(folder.path("rootfs/pipe").path, 0o600) == 0)
        var recipe = ImageRecipe(
            executables: [.init(source: try await program(["-static"]), destination: "/bin/program")],
            stamp: Self.stamp
        )
        recipe.foundation = .folder(folder.path("rootfs"))
        let built = try await ImageAssembler(store: store).assemble(recipe)
        #expect(built.layers.map(\.name) == ["root", "application"])
        #expect(built.notes.contains { $0.contains("1 devices, sockets and pipes") })
        let root = folder.path("root")
        let keeping = ImageUnpacker(policy: UnpackPolicy(setID: .keep))
        try await keeping.unpack(manifest: built.descriptor.digest, from: store, into: root)
        var status = stat()
        #expect(stat(root.appending(path: "usr/bin/tool").path, &status) == 0 && status.st_mode & 0o7777 == 0o4755)
        #expect(try await Tool.run(root.appending(path: "usr/bin/program").path, []).exitCode == 7)
    }

    // MARK: zstd

    @Test func zstdLayersAreReadByUsAndByOthers() async throws {
        var recipe = ImageRecipe(executables: [.init(source: try await program())], stamp: Self.stamp)
        let gzip = try await ImageAssembler(store: store).assemble(recipe)
        recipe.packing = .zstd
        let built = try await ImageAssembler(store: store).assemble(recipe)
        #expect(built.config.diffIDs == gzip.config.diffIDs, "only the packing differs")
        #expect(built.layers.allSatisfy { $0.descriptor.mediaType == MediaType.zstdLayer })
        let twice = try await ImageAssembler(store: ImageStore(directory: folder.path("again"))).assemble(recipe)
        #expect(twice.descriptor.digest == built.descriptor.digest)
        try await ImageUnpacker().unpack(manifest: built.descriptor.digest, from: store, into: folder.path("root"))
        #expect(FileManager.default.fileExists(atPath: folder.path("root/app/program").path))
        guard Tool.has("zstd") else { return }
        for layer in built.layers {
            let path = store.path(of: layer.descriptor.digest).path
            let tested = try await Tool.run("zstd", ["--test", "--quiet", path])
            #expect(tested.succeeded, "\(tested.error)")
        }
    }

    @Test func refusesDamagedZstdAndBombs() throws {
        let bytes = [UInt8](repeating: 7, count: 3 << 20)
        let sink = MemorySink()
        let encoder = try ZstdEncoder(sink)
        try encoder.write(bytes)
        try encoder.finish()
        #expect(sink.bytes.count < 4096)
        let whole = try ZstdDecoder(MemorySource(sink.bytes + sink.bytes), name: "x")
        #expect(try whole.readAll(limit: 8 << 20, "x").count == 6 << 20, "several frames are one stream")
        for cut in [1, 10, sink.bytes.count - 1] {
            let decoder = try ZstdDecoder(MemorySource(Array(sink.bytes.prefix(cut))), name: "x")
            #expect(throws: SlipwayError.self) { try decoder.drain() }
        }
        var flipped = sink.bytes
        flipped[flipped.count - 1] ^= 1
        let damaged = try ZstdDecoder(MemorySource(flipped), name: "x")
        #expect(throws: SlipwayError.self) { try damaged.drain() }
        let bomb = LimitedSource(try ZstdDecoder(MemorySource(sink.bytes), name: "x"), limit: 1 << 20, name: "x")
        #expect(throws: SlipwayError.self) { try bomb.drain() }
    }
}
