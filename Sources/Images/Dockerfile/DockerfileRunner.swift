import Core
import Foundation

/// Hands a Dockerfile to a builder and takes what it made into a store.
package struct DockerfileRunner: Sendable {
    private let store: ImageStore
    private let builder: DockerfileBuilder?
    private let timeout: Duration
    private let environment: [String: String]

    /// - Parameters:
    ///   - store: Where the image goes.
    ///   - builder: Which program to use; nil: the first that works here.
    ///   - timeout: How long a build may take.
    ///   - environment: Variables for the builder over this process's own, such as `STORAGE_DRIVER`.
    package init(
        store: ImageStore,
        builder: DockerfileBuilder? = nil,
        timeout: Duration = .seconds(3600),
        environment: [String: String] = [:]
    ) {
        self.store = store
        self.builder = builder
        self.timeout = timeout
        self.environment = environment
    }

    /// Builds; the builder's own output goes to the standard error. The image has no name yet.
    ///
    /// - Throws: `SlipwayError`: `.failure` where the Dockerfile does not build, `.external` where no builder works.
    package func run(_ build: DockerfileBuild) async throws -> (image: Descriptor, builder: DockerfileBuilder) {
        try build.validate()
        let builder = try await choose()
        let scratch = FileManager.default.temporaryDirectory.appending(path: "slipway-build-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let archive = scratch.appending(path: "image.tar")
        let name = "localhost/slipway-build:\(UUID().uuidString.lowercased())"
        for arguments in builder.commands(build, archive: archive, scratchName: name) {
            let status = try await ForegroundProcess.run(
                builder.program,
                arguments,
                environment: environment,
                showing: .standardError,
                limit: timeout
            )
            guard status.isSuccess else {
                throw SlipwayError(
                    .failure,
                    "\(builder.program) could not build \(build.dockerfile.lastPathComponent)",
                    why: "`\(builder.program) \(arguments.prefix(2).joined(separator: " "))` ended with \(status).",
                    next: "Its last lines say what is wrong."
                )
            }
        }
        let images = try await Blocking.run { try ImageArchive.read(archive, into: store).images }
        guard let image = images.first?.descriptor else {
            throw SlipwayError(.external, "\(builder.program) left no image")
        }
        return (image, builder)
    }

    private func choose() async throws -> DockerfileBuilder {
        let candidates = builder.map { [$0] } ?? DockerfileBuilder.allCases
        for candidate in candidates {
            let answer = try? await ForegroundProcess.run(
                candidate.program,
                candidate.probe,
                environment: environment,
                showing: .nothing,
                limit: .seconds(20)
            )
            if answer?.isSuccess == true { return candidate }
        }
        let names = candidates.map(\.program).joined(separator: ", ")
        throw SlipwayError(
            .external,
            "No program that builds Dockerfiles works here",
            why: "Tried \(names): each is missing, or has nothing to talk to.",
            next:
                "Install one (apt-get install buildah), or build without a Dockerfile: slipway image build --executable"
        )
    }
}
