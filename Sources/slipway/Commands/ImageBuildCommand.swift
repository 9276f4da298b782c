import ArgumentParser
import Core
import Foundation
import Images
import SupplyChain

/// `slipway image build`: from built programs to an image in a layout.
struct ImageBuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Put an image together from built executables and what they need of this system.",
        discussion: """
            The image holds the executables, every shared library they load, CA certificates, time zones, a user and the
            package records of what was copied. Equal files give an equal digest, whenever and wherever they are put
            together: times come from SOURCE_DATE_EPOCH or the commit, never from the clock.
            """
    )

    enum Printed: String, ExpressibleByArgument, CaseIterable {
        case summary, digest, reference, json
    }

    @Option(help: "An executable to include: PATH or PATH:PLACE-IN-IMAGE (default /app/NAME). May be repeated.")
    var executable: [String]

    @Option(help: "A file or folder to include: PATH:PLACE-IN-IMAGE, or PATH (then /app/NAME). May be repeated.")
    var resource: [String] = []

    @Option(help: "A library that a program opens while it runs. May be repeated.", completion: .file())
    var library: [String] = []

    @Option(help: "A folder in the image that the user may write to. May be repeated.")
    var directory: [String] = []

    @Option(help: "The image's name: api is localhost/api; ghcr.io/team/api stays as it is.")
    var name: String

    @Option(help: "A tag (default latest). May be repeated.")
    var tag: [String] = []

    @Option(help: "Who the program runs as: 1000, 1000:1000, app or app:1000:1000 (default nonroot:65532:65532).")
    var user: String?

    @Option(help: "A port the program listens on: 8000 or 53/udp. May be repeated.")
    var port: [String] = []

    @Option(help: "An environment variable, NAME=value. May be repeated.")
    var env: [String] = []

    @Option(help: "A label and annotation, key=value; an empty value removes an automatic one. May be repeated.")
    var label: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: "A word of the entry point, or all words as a JSON list (default: the first executable). May be repeated."
    )
    var entrypoint: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: "A default argument, or all of them as a JSON list. May be repeated."
    )
    var cmd: [String] = []

    @Option(help: "The signal that asks the program to stop, such as SIGINT (default SIGTERM).")
    var stopSignal: String?

    @Option(help: "The folder the program starts in.")
    var workdir = "/"

    @Flag(inversion: .prefixedNo, help: "Include time zones.")
    var timeZones = true

    @Flag(inversion: .prefixedNo, help: "Include CA certificates.")
    var caCertificates = true

    @Option(help: "The system that libraries are copied from.", completion: .directory)
    var systemRoot = "/"

    @Option(help: "The folder whose git repository the labels describe.", completion: .directory)
    var source = "."

    @Option(
        help: "The Swift package the executables were built from: what it depends on is recorded in the image.",
        completion: .directory
    )
    var swiftPackage: String?

    @OptionGroup var storage: ImageStoreOptions

    @Option(help: "What to print: \(Printed.allCases.map(\.rawValue).joined(separator: ", ")).")
    var print: Printed = .summary

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let image = try ImageReference(parsing: name, defaultRegistry: "localhost")
        guard image.tag == nil, image.digest == nil else {
            throw SlipwayError(.invalidInput, "--name takes no tag", next: "Give tags with --tag.")
        }
        let references = try (tag.isEmpty ? ["latest"] : tag).map { try image.tagged($0) }
        let revision = try await SourceRevision.read(at: URL(filePath: source))
        let stamp = try BuildStamp(environment: environment, revision: revision)
        var recipe = try recipe(image, stamp, revision, environment)
        if let swiftPackage { try await addDependencies(ofPackageAt: swiftPackage, image, to: &recipe) }
        let assembler = ImageAssembler(store: storage.store, systemRoot: URL(filePath: systemRoot))
        let built = try await assembler.assemble(recipe)
        for reference in references { try storage.store.tag(built.descriptor, as: reference) }
        report(built, references, image.pinned(to: built.descriptor.digest))
    }

    private func recipe(
        _ image: ImageReference,
        _ stamp: BuildStamp,
        _ revision: SourceRevision?,
        _ environment: [String: String]
    ) throws -> ImageRecipe {
        let executables = executable.map { text in
            let (path, place) = Self.splitPlace(text)
            return ImageRecipe.Executable(source: URL(filePath: path), destination: place)
        }
        var recipe = ImageRecipe(executables: executables, stamp: stamp)
        recipe.resources = resource.map { text in
            let (path, place) = Self.splitPlace(text)
            let url = URL(filePath: path)
            return ImageRecipe.Resource(source: url, destination: place ?? "/app/\(url.lastPathComponent)")
        }
        recipe.libraries = library.map { URL(filePath: $0) }
        recipe.directories = directory
        if let user { recipe.user = try ImageUser(parsing: user) }
        recipe.ports = port
        recipe.environment = env
        recipe.entrypoint = entrypoint.isEmpty ? nil : try Self.words(entrypoint)
        recipe.command = try Self.words(cmd)
        recipe.stopSignal = stopSignal
        recipe.workingDirectory = workdir
        recipe.includesTimeZones = timeZones
        recipe.includesCertificates = caCertificates
        recipe.labels = ImageLabels.automatic(
            name: image.repository,
            stamp: stamp,
            revision: revision,
            environment: environment
        )
        for text in label {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw SlipwayError(.invalidInput, "\"\(text)\" is not a label", next: "Write it as key=value.")
            }
            recipe.labels[parts[0]] = parts[1].isEmpty ? nil : parts[1]
        }
        return recipe
    }

    private func addDependencies(
        ofPackageAt path: String,
        _ image: ImageReference,
        to recipe: inout ImageRecipe
    ) async throws {
        let name = image.repository.split(separator: "/").last.map(String.init) ?? image.repository
        let document = SwiftDependencies.document(
            try await SwiftDependencies.resolve(packageAt: URL(filePath: path)) + [SwiftDependencies.toolchain()],
            name: name,
            executables: recipe.executables.map(\.destination),
            created: recipe.stamp.text,
            toolVersion: slipwayVersion
        )
        let place = SwiftDependencies.documentPath(for: name)
        recipe.generatedFiles.append(ImageRecipe.GeneratedFile(destination: place, contents: document))
    }

    /// Splits `PATH:PLACE`; a place is absolute, so a colon in a path of its own does no harm.
    private static func splitPlace(_ text: String) -> (path: String, place: String?) {
        guard let colon = text.range(of: ":/", options: .backwards) else { return (text, nil) }
        return (String(text[..<colon.lowerBound]), String(text[text.index(after: colon.lowerBound)...]))
    }

    private static func words(_ values: [String]) throws -> [String] {
        guard values.count == 1, let only = values.first, only.hasPrefix("["),
            let list = try? JSON(parsing: only).array
        else { return values }
        return try list.map { word in
            guard let text = word.string else {
                throw SlipwayError(.invalidInput, "\(only) is not a list of strings")
            }
            return text
        }
    }

    private func report(_ built: AssembledImage, _ references: [ImageReference], _ pinned: ImageReference) {
        for note in built.notes { FileHandle.standardError.write(Data("note: \(note)\n".utf8)) }
        switch print {
        case .digest: Swift.print(built.descriptor.digest)
        case .reference: Swift.print(pinned)
        case .json: Swift.print(ImageSummary(built, references: references, pinned: pinned).json.text(pretty: true))
        case .summary: Swift.print(ImageSummary(built, references: references, pinned: pinned).text)
        }
    }
}
