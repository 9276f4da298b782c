import ArgumentParser
import Core
import Foundation
import Images
import SupplyChain

/// What an image holds.
struct ImageContentOptions: ParsableArguments {
    @Option(help: "An executable to include: PATH or PATH:PLACE-IN-IMAGE (default /app/NAME). May be repeated.")
    var executable: [String] = []

    @Option(help: "An executable product of the Swift package, which is built first. May be repeated.")
    var product: [String] = []

    @Option(
        help: "The Swift package the executables are from: what it depends on is recorded in the image.",
        completion: .directory
    )
    var swiftPackage: String?

    @Option(
        parsing: .unconditionalSingleValue,
        help: "A further argument of `swift build`, such as --static-swift-stdlib. May be repeated."
    )
    var swiftBuildOption: [String] = []

    @Option(help: "A file or folder to include: PATH:PLACE-IN-IMAGE, or PATH (then /app/NAME). May be repeated.")
    var resource: [String] = []

    @Option(help: "A library that a program opens while it runs. May be repeated.", completion: .file())
    var library: [String] = []

    @Option(help: "A folder in the image that the user may write to. May be repeated.")
    var directory: [String] = []

    @Option(
        help: """
            The base image: one of this machine, one of a registry (debian:12-slim), or one of a layout \
            (oci:FOLDER[:NAME]).
            """
    )
    var from: String?

    @Option(help: "A folder with a root file system to build on.", completion: .directory)
    var rootFolder: String?

    @Flag(inversion: .prefixedNo, help: "Include time zones.")
    var timeZones = true

    @Flag(inversion: .prefixedNo, help: "Include CA certificates.")
    var caCertificates = true

    @Option(help: "The system that libraries are copied from.", completion: .directory)
    var systemRoot = "/"

    var isGiven: Bool {
        !executable.isEmpty || !product.isEmpty || !resource.isEmpty || !library.isEmpty || !directory.isEmpty
            || from != nil || rootFolder != nil || swiftPackage != nil
    }

    func validate() throws {
        if from != nil, rootFolder != nil { throw ValidationError("--from and --root-folder exclude each other.") }
    }

    var executables: [ImageRecipe.Executable] {
        executable.map { text in
            let (path, place) = Self.splitPlace(text)
            return ImageRecipe.Executable(source: URL(filePath: path), destination: place)
        }
    }

    func fill(_ recipe: inout ImageRecipe) throws {
        recipe.resources = resource.map { text in
            let (path, place) = Self.splitPlace(text)
            let url = URL(filePath: path)
            return ImageRecipe.Resource(source: url, destination: place ?? "/app/\(url.lastPathComponent)")
        }
        recipe.libraries = library.map { URL(filePath: $0) }
        recipe.directories = directory
        recipe.includesTimeZones = timeZones
        recipe.includesCertificates = caCertificates
    }

    /// Finds what to build on; a base image of a registry is pulled.
    func foundation(
        platform: Platform,
        _ store: ImageStore,
        _ options: (ImageReference) throws -> RegistryClient.Options
    ) async throws -> ImageFoundation {
        if let rootFolder { return .folder(URL(filePath: rootFolder)) }
        guard let from, from != "scratch" else { return .scratch }
        if from.hasPrefix("oci:") {
            guard case .image(let digest, let name, let layout) = try InventoryTarget(from, store: store) else {
                throw SlipwayError(.invalidInput, "\(from) is not an image of a layout")
            }
            guard let image = try layout.descriptor(of: digest) else {
                throw SlipwayError(.invalidInput, "There is no image \(name) in \(layout.directory.path)")
            }
            try await store.take(image, from: layout)
            return .image(digest, name: name)
        }
        let reference = try ImageReference(parsing: from)
        let local = try ImageReference(parsing: from, defaultRegistry: "localhost")
        for name in [local, reference] {
            if let known = try store.resolve(name) { return .image(known.digest, name: "\(name)") }
        }
        let pulled = try await RegistryClient.withClient(try options(reference)) { client in
            try await client.pull(reference, into: store, platform: platform, progress: TransferDisplay().observer)
        }
        return .image(pulled.digest, name: "\(reference)")
    }

    func addProduct(to recipe: inout ImageRecipe) async throws {
        for name in product {
            let built = try await SwiftProduct.build(
                name,
                package: URL(filePath: swiftPackage ?? "."),
                options: swiftBuildOption
            )
            recipe.executables.append(ImageRecipe.Executable(source: built.executable))
            // Foundation looks for a target's resources beside the program.
            for bundle in built.bundles {
                let place = "/app/\(bundle.lastPathComponent)"
                if !recipe.resources.contains(where: { $0.destination == place }) {
                    recipe.resources.append(ImageRecipe.Resource(source: bundle, destination: place))
                }
            }
        }
    }

    func addDependencies(of image: ImageReference, to recipe: inout ImageRecipe) async throws {
        guard let path = swiftPackage ?? (product.isEmpty ? nil : ".") else { return }
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
}
