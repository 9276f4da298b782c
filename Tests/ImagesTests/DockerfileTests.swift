import Core
import Foundation
import ImagesTestSupport
import Testing

@testable import Images

@Suite struct DockerfileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func build() throws -> DockerfileBuild {
        let file = try folder.write(
            """
            FROM scratch AS base
            ARG GREETING=none
            LABEL greeting=$GREETING
            COPY data.txt /data.txt
            FROM base AS other
            COPY data.txt /other.txt
            """,
            to: "context/Dockerfile"
        )
        try folder.write("data", to: "context/data.txt")
        let stamp = BuildStamp(created: 1_700_000_000, systemFiles: 0)
        var build = DockerfileBuild(dockerfile: file, context: folder.path("context"), stamp: stamp)
        build.arguments = ["GREETING=hello world"]
        build.labels = ["org.opencontainers.image.version": "1.2.3"]
        build.target = "base"
        return build
    }

    @Test(.enabled(if: Tool.has("buildah") && Tool.isRoot, "buildah and root are needed"))
    func buildahsResultIsTakenIntoTheStore() async throws {
        // What works without user namespaces and overlay file systems; each test has its own storage.
        let storage = try folder.write(
            """
            [storage]
            driver = "vfs"
            graphroot = "\(folder.path("graph").path)"
            runroot = "\(folder.path("run").path)"
            """,
            to: "storage.conf"
        )
        let environment = [
            "BUILDAH_ISOLATION": "chroot", "STORAGE_DRIVER": "vfs", "CONTAINERS_STORAGE_CONF": storage.path,
        ]
        let store = ImageStore(directory: folder.path("layout"))
        let runner = DockerfileRunner(store: store, builder: .buildah, environment: environment)
        let (image, builder) = try await runner.run(try build())
        #expect(builder == .buildah)
        let config = try store.config(store.manifest(image.digest))
        #expect(config.labels["greeting"] == "hello world")
        #expect(config.labels["org.opencontainers.image.version"] == "1.2.3")
        try await ImageUnpacker().unpack(manifest: image.digest, from: store, into: folder.path("root"))
        #expect(try String(contentsOf: folder.path("root/data.txt"), encoding: .utf8) == "data")
        #expect(!FileManager.default.fileExists(atPath: folder.path("root/other.txt").path), "only the stage asked for")
        var broken = try build()
        broken.dockerfile = try folder.write("FROM scratch\nCOPY missing /x\n", to: "context/Broken")
        broken.target = nil
        let error = await #expect(throws: SlipwayError.self) { try await runner.run(broken) }
        #expect(error?.exitCode == .failure)
    }

    @Test func refusesBeforeAnythingIsStarted() async throws {
        let runner = DockerfileRunner(store: ImageStore(directory: folder.path("layout")))
        var missing = try build()
        missing.dockerfile = folder.path("nowhere")
        await #expect(throws: SlipwayError.self) { try await runner.run(missing) }
        var wrong = try build()
        wrong.arguments = ["1=2"]
        await #expect(throws: SlipwayError.self) { try await runner.run(wrong) }
    }

    @Test func everyBuilderGetsEverything() throws {
        var build = try build()
        build.cacheFrom = ["registry.example/cache"]
        build.cacheTo = ["registry.example/cache"]
        build.platform = try Platform(parsing: "linux/arm64")
        let archive = folder.path("out.tar")
        for builder in DockerfileBuilder.allCases {
            let commands = builder.commands(build, archive: archive, scratchName: "localhost/x:1")
            let words = commands.joined().joined(separator: " ")
            for expected in [
                "GREETING=hello world", "org.opencontainers.image.version=1.2.3", "linux/arm64",
                "registry.example/cache",
                archive.path, "base",
            ] {
                #expect(words.contains(expected), "\(builder) lacks \(expected)")
            }
        }
    }
}
