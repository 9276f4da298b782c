import ArgumentParser
import Core
import Foundation
import Images
import SupplyChain

/// `slipway image build`: from built programs, or a Dockerfile, to an image in a layout.
struct ImageBuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Put an image together from built executables and what they need of this system.",
        discussion: """
            Without --from and --root-folder the image holds the executables, every shared library they load, CA
            certificates, time zones, a user and the package records of what was copied. On a base it holds the
            executables and those libraries that the base does not have. Equal files give an equal digest, whenever and
            wherever they are put together: times come from SOURCE_DATE_EPOCH or the commit, never from the clock.

            With --dockerfile the work is handed to BuildKit, docker, buildah or podman, whichever works here.
            """
    )

    enum Printed: String, ExpressibleByArgument, CaseIterable {
        case summary, digest, reference, json
    }

    @OptionGroup(title: "Contents") var contents: ImageContentOptions
    @OptionGroup(title: "Start") var start: ImageStartOptions
    @OptionGroup(title: "Dockerfile") var dockerfile: DockerfileOptions

    @Option(help: "The image's name: api is localhost/api; ghcr.io/team/api stays as it is.")
    var name: String

    @Option(help: "A tag (default latest). May be repeated.")
    var tag: [String] = []

    @Flag(
        help: """
            Give the tags that the pipeline gives: on a branch its name, BRANCH-SHA and, on the default branch, latest; \
            on a version tag VERSION and MAJOR.MINOR.
            """
    )
    var pipelineTags = false

    @Option(help: "A label and annotation, key=value; an empty value removes an automatic one. May be repeated.")
    var label: [String] = []

    @Option(help: "An annotation of the manifest only, key=value. May be repeated.")
    var annotation: [String] = []

    @Option(help: "The platform, such as linux/arm64 (default: the executables', else this machine's).")
    var platform: String?

    @Option(help: "How layers are compressed: gzip, which every tool reads, or zstd, which is much faster.")
    var compression = LayerPacking.gzip

    @Option(help: "The folder whose git repository the labels describe.", completion: .directory)
    var source = "."

    @OptionGroup(title: "Registry of the base image") var registry: RegistryOptions
    @OptionGroup(title: "Where it goes") var storage: ImageStoreOptions

    @Option(help: "What to print: \(Printed.allCases.map(\.rawValue).joined(separator: ", ")).")
    var print: Printed = .summary

    func validate() throws {
        if dockerfile.dockerfile != nil, contents.isGiven || start.isGiven || !annotation.isEmpty {
            throw ValidationError("With --dockerfile the Dockerfile says what is in the image and how it starts.")
        }
        if dockerfile.dockerfile == nil, dockerfile.isGiven {
            throw ValidationError("Options of Dockerfiles need --dockerfile.")
        }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let image = try ImageReference(parsing: name, defaultRegistry: "localhost")
        guard image.tag == nil, image.digest == nil else {
            throw SlipwayError(.invalidInput, "--name takes no tag", next: "Give tags with --tag.")
        }
        let references = try await tags(environment).map { try image.tagged($0) }
        let revision = try await SourceRevision.read(at: URL(filePath: source))
        let stamp = try BuildStamp(environment: environment, revision: revision)
        var labels = ImageLabels.automatic(
            name: image.repository,
            stamp: stamp,
            revision: revision,
            environment: environment
        )
        for (key, value) in try KeyValue.parse(label, "a label") { labels[key] = value.isEmpty ? nil : value }
        if let build = try dockerfile.build(stamp: stamp, labels: labels, platform: try wantedPlatform) {
            return try await handOver(build, image, references)
        }
        var recipe = try await recipe(image, stamp, environment)
        recipe.labels = labels
        let assembler = ImageAssembler(store: storage.store, systemRoot: URL(filePath: contents.systemRoot))
        let built = try await assembler.assemble(recipe)
        for reference in references { try storage.store.tag(built.descriptor, as: reference) }
        for note in built.notes { FileHandle.standardError.write(Data("note: \(note)\n".utf8)) }
        let summary = ImageSummary(built, references: references, pinned: image.pinned(to: built.descriptor.digest))
        report(summary.text, summary.json, built.descriptor.digest, image)
    }

    private var wantedPlatform: Platform? { get throws { try platform.map(Platform.init(parsing:)) } }

    private func tags(_ environment: [String: String]) async throws -> [String] {
        var tags = tag
        if pipelineTags {
            tags += try await PipelineTags.current(environment: environment, source: URL(filePath: source)).tags
        }
        return tags.isEmpty ? ["latest"] : tags
    }

    private func recipe(
        _ image: ImageReference,
        _ stamp: BuildStamp,
        _ environment: [String: String]
    ) async throws -> ImageRecipe {
        let wanted = try wantedPlatform
        var recipe = ImageRecipe(executables: contents.executables, stamp: stamp)
        recipe.platform = wanted
        recipe.packing = compression
        recipe.annotations = try KeyValue.parse(annotation, "an annotation")
        try contents.fill(&recipe)
        recipe.foundation = try await contents.foundation(platform: wanted ?? .current, storage.store) { reference in
            try registry.options(for: reference.registry)
        }
        try start.fill(&recipe)
        try await contents.addProduct(to: &recipe)
        try await contents.addDependencies(of: image, to: &recipe)
        return recipe
    }

    private func handOver(
        _ build: DockerfileBuild,
        _ image: ImageReference,
        _ references: [ImageReference]
    ) async throws {
        let runner = DockerfileRunner(store: storage.store, builder: dockerfile.builder)
        let (descriptor, builder) = try await runner.run(build)
        for reference in references { try storage.store.tag(descriptor, as: reference) }
        let pinned = image.pinned(to: descriptor.digest)
        let names = references.map { "built \($0)" }
        report(
            (names + ["  \(descriptor.digest)", "  by \(builder.rawValue)"]).joined(separator: "\n"),
            [
                "digest": .string(descriptor.digest.description), "reference": .string(pinned.description),
                "tags": .array(references.map { .string($0.description) }), "builder": .string(builder.rawValue),
            ],
            descriptor.digest,
            image
        )
    }

    private func report(_ text: String, _ json: JSON, _ digest: Digest, _ image: ImageReference) {
        switch print {
        case .digest: Swift.print(digest)
        case .reference: Swift.print(image.pinned(to: digest))
        case .json: Swift.print(json.text(pretty: true))
        case .summary: Swift.print(text)
        }
    }
}

extension LayerPacking: ExpressibleByArgument {}
