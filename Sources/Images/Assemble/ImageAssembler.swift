import Core
import Foundation

/// An image that is in the store.
package struct AssembledImage: Sendable {
    package let descriptor: Descriptor
    package let config: ImageConfig
    package let layers: [BuiltLayer]
    /// What the user should know: what was not found, what no package's record covers.
    package let notes: [String]
}

/// Puts an image together from a build's programs and what they need of a system, without a daemon or a Dockerfile.
///
/// Layers are ordered by how often they change: the system's files, the runtime's libraries, the application.
package struct ImageAssembler: Sendable {
    private let store: ImageStore
    private let root: SystemRoot

    /// - Parameters:
    ///   - store: Where the image goes.
    ///   - systemRoot: The system that libraries are copied from.
    package init(store: ImageStore, systemRoot: URL = URL(filePath: "/")) {
        self.store = store
        root = SystemRoot(systemRoot)
    }

    /// Builds the image's layers, configuration and manifest into the store. The image has no name yet.
    package func assemble(_ recipe: ImageRecipe) async throws -> AssembledImage {
        try await Blocking.run { try assembleNow(recipe) }
    }

    private func assembleNow(_ recipe: ImageRecipe) throws -> AssembledImage {
        try recipe.validate()
        let resolver = LibraryResolver(root: root)
        let programs = try recipe.executables.map { try resolver.object(at: $0.source) }
        let extras = try recipe.libraries.map { try resolver.object(at: $0) }
        let platform = try platform(of: programs + extras, recipe)
        var resolved = try resolver.resolve(programs + extras, optional: SystemLayer.openedByGlibc)
        resolved.libraries += zip(recipe.libraries, extras).map { url, object in
            SharedLibrary(name: object.elf.soname ?? url.lastPathComponent, object: object, isInterpreter: false)
        }
        let placement = LibraryPlacement(root: root, resolved: resolved)
        let system = SystemLayer(root: root, recipe: recipe)

        var tree = LayeredTree()
        tree.beginLayer()
        var notes = try system.addBase(to: &tree)
        try placement.addSystemLibraries(to: &tree)
        notes += try system.addPackageRecords(to: &tree)
        tree.beginLayer()
        let runtime = try placement.addRuntimeLibraries(to: &tree)
        if !runtime.isEmpty {
            notes.append("no package record covers \(runtime.joined(separator: ", ")): they are not the system's")
        }
        tree.beginLayer()
        try addApplication(recipe, to: &tree)
        return try store(tree, recipe, platform, notes)
    }

    private func platform(of objects: [LoadedObject], _ recipe: ImageRecipe) throws -> Platform {
        let platforms = Set(objects.map(\.elf.platform))
        guard platforms.count == 1, let platform = platforms.first ?? nil else {
            throw SlipwayError(
                .invalidInput,
                "The executables are not for one known processor",
                why:
                    "They are for \(platforms.map { $0?.description ?? "an unknown one" }.sorted().joined(separator: ", "))."
            )
        }
        return platform
    }

    private func addApplication(_ recipe: ImageRecipe, to tree: inout LayeredTree) throws {
        for executable in recipe.executables {
            var node = try LayeredTree.fileNode(executable.source.resolvingSymlinksInPath())
            node.mode = 0o755
            try tree.add(node, at: ArchivePath(executable.destination), from: executable.source.path)
        }
        for resource in recipe.resources { try tree.addResource(resource.source, at: resource.destination) }
        for file in recipe.generatedFiles {
            try tree.add(.file(file.contents), at: ArchivePath(file.destination), from: file.destination)
        }
        for directory in recipe.directories {
            let user = recipe.user
            let node = TreeNode(content: .directory, mode: 0o755, uid: user.uid, gid: user.gid)
            try tree.add(node, at: ArchivePath(directory), from: directory)
        }
        try tree.add(.folder, at: ArchivePath(recipe.workingDirectory), from: "the working directory")
    }

    private func store(
        _ tree: LayeredTree,
        _ recipe: ImageRecipe,
        _ platform: Platform,
        _ notes: [String]
    ) throws -> AssembledImage {
        let builder = LayerBuilder(store: store)
        let times = [recipe.stamp.systemFiles, recipe.stamp.systemFiles, recipe.stamp.created]
        var layers: [BuiltLayer] = []
        for (index, name) in ["system", "runtime", "application"].enumerated() where !tree.layers[index].isEmpty {
            layers.append(try builder.build(name, tree.layers[index], modified: times[index]))
        }
        var config = ImageConfig(platform: platform)
        config.created = recipe.stamp.text
        config.user = recipe.user.configuration
        config.environment = environment(recipe)
        config.entrypoint = recipe.effectiveEntrypoint
        config.command = recipe.command
        config.workingDirectory = recipe.workingDirectory
        config.exposedPorts = recipe.exposedPorts
        config.labels = recipe.labels
        config.stopSignal = recipe.stopSignal
        config.diffIDs = layers.map(\.diffID)
        config.history = layers.map {
            ImageConfig.History(created: config.created, createdBy: "slipway image build: \($0.name)")
        }
        let configuration = try store.write(config.json.data(), mediaType: MediaType.config)
        let manifest = ImageManifest(
            config: configuration,
            layers: layers.map(\.descriptor),
            annotations: recipe.labels
        )
        var descriptor = try store.write(manifest)
        descriptor.platform = platform
        return AssembledImage(descriptor: descriptor, config: config, layers: layers, notes: notes)
    }

    private func environment(_ recipe: ImageRecipe) -> [String] {
        let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        let own = recipe.environment
        return (own.contains { $0.hasPrefix("PATH=") } ? [] : [path]) + own
    }
}
