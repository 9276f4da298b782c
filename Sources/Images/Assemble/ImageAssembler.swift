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
/// Layers are ordered by how often they change: the base, the system's files, the runtime's libraries, resources, the
/// application.
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

    /// What was found out before the first layer is written.
    private struct Parts {
        var base: BaseImage?
        /// The files of a root file system's folder, which become the first layer.
        var rootFiles: [ArchivePath: TreeNode] = [:]
        var notes: [String] = []

        var files: [ArchivePath: TreeNode] { base?.files ?? rootFiles }
    }

    private func assembleNow(_ recipe: ImageRecipe) throws -> AssembledImage {
        try recipe.validate()
        let resolver = LibraryResolver(root: root)
        // A script runs by the interpreter that the base has.
        let programs = try recipe.executables.filter { try !isScript($0, recipe) }.map {
            try resolver.object(at: $0.source)
        }
        let extras = try recipe.libraries.map { try resolver.object(at: $0) }
        let platform = try platform(of: programs + extras, recipe)
        var parts = try foundation(recipe, platform)
        let isScratch = recipe.foundation == .scratch
        // What glibc opens while it runs is the base's matter where there is one.
        let optional = isScratch ? SystemLayer.openedByGlibc : []
        var resolved = try resolver.resolve(programs + extras, optional: optional)
        resolved.libraries += zip(recipe.libraries, extras).map { url, object in
            SharedLibrary(name: object.elf.soname ?? url.lastPathComponent, object: object, isInterpreter: false)
        }

        var tree = LayeredTree(base: parts.files)
        resolved.libraries.removeAll { isPresent($0, in: tree, resolved.defaultFolders) }
        let placement = LibraryPlacement(root: root, resolved: resolved)
        let system = SystemLayer(root: root, recipe: recipe)
        tree.beginLayer()
        if isScratch { parts.notes += try system.addBase(to: &tree) }
        try placement.addSystemLibraries(to: &tree)
        parts.notes += try system.addPackageRecords(to: &tree)
        tree.beginLayer()
        let runtime = try placement.addRuntimeLibraries(to: &tree)
        if !runtime.isEmpty {
            parts.notes.append("no package record covers \(runtime.joined(separator: ", ")): they are not the system's")
        }
        tree.beginLayer()
        for resource in recipe.resources { try tree.addResource(resource.source, at: resource.destination) }
        tree.beginLayer()
        try addApplication(recipe, to: &tree)
        return try store(tree, recipe, platform, parts)
    }

    private func foundation(_ recipe: ImageRecipe, _ platform: Platform) throws -> Parts {
        switch recipe.foundation {
        case .scratch: return Parts()
        case .image(let digest, let name):
            return Parts(base: try BaseImage(digest, name: name, platform: platform, store: store))
        case .folder(let url):
            let (files, skipped) = try LayeredTree.rootFiles(url)
            let note = "\(skipped) devices, sockets and pipes of \(url.path) stay out"
            return Parts(rootFiles: files, notes: skipped > 0 ? [note] : [])
        }
    }

    private func isScript(_ executable: ImageRecipe.Executable, _ recipe: ImageRecipe) throws -> Bool {
        guard recipe.foundation != .scratch else { return false }
        var head = [UInt8](repeating: 0, count: 2)
        let file = try OpenFile.open(executable.source)
        _ = try head.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
        return head == Array("#!".utf8)
    }

    /// Whether the base's own loader finds a library of that name.
    private func isPresent(_ library: SharedLibrary, in tree: LayeredTree, _ folders: [String]) -> Bool {
        let places =
            library.isInterpreter
            ? [library.object.location.path] : folders.map { "\($0)/\(library.name)" }
        return places.contains { tree.contains(ArchivePath($0)) }
    }

    private func platform(of objects: [LoadedObject], _ recipe: ImageRecipe) throws -> Platform {
        let platforms = Set(objects.map(\.elf.platform))
        if platforms.isEmpty { return recipe.platform ?? .current }
        guard platforms.count == 1, let platform = platforms.first ?? nil else {
            throw SlipwayError(
                .invalidInput,
                "The executables are not for one known processor",
                why:
                    "They are for \(platforms.map { $0?.description ?? "an unknown one" }.sorted().joined(separator: ", "))."
            )
        }
        if let wanted = recipe.platform, !platform.satisfies(wanted) {
            throw SlipwayError(
                .invalidInput,
                "The executables are for \(platform), not for \(wanted)",
                next: "Build them for \(wanted), or leave --platform out."
            )
        }
        return recipe.platform ?? platform
    }

    private func addApplication(_ recipe: ImageRecipe, to tree: inout LayeredTree) throws {
        for executable in recipe.executables {
            var node = try LayeredTree.fileNode(executable.source.resolvingSymlinksInPath())
            node.mode = 0o755
            try tree.add(node, at: ArchivePath(executable.destination), from: executable.source.path)
        }
        for file in recipe.generatedFiles {
            try tree.add(.file(file.contents), at: ArchivePath(file.destination), from: file.destination)
        }
        for directory in recipe.directories {
            let user = recipe.user ?? .standard
            let node = TreeNode(content: .directory, mode: 0o755, uid: user.uid, gid: user.gid)
            try tree.add(node, at: ArchivePath(directory), from: directory)
        }
        if let folder = recipe.workingDirectory {
            try tree.add(.folder, at: ArchivePath(folder), from: "the working directory")
        }
    }

    private func store(
        _ tree: LayeredTree,
        _ recipe: ImageRecipe,
        _ platform: Platform,
        _ parts: Parts
    ) throws -> AssembledImage {
        let builder = LayerBuilder(store: store, packing: recipe.packing)
        let stamp = recipe.stamp
        let contents: [(name: String, nodes: [ArchivePath: TreeNode], time: Int64)] = [
            ("root", parts.rootFiles, stamp.systemFiles), ("system", tree.layers[0], stamp.systemFiles),
            ("runtime", tree.layers[1], stamp.systemFiles), ("resources", tree.layers[2], stamp.systemFiles),
            ("application", tree.layers[3], stamp.created),
        ]
        let layers = try contents.filter { !$0.nodes.isEmpty }.map {
            try builder.build($0.name, $0.nodes, modified: $0.time)
        }
        let config = ImageConfigBuilder(recipe: recipe, base: parts.base).config(platform, layers)
        let configuration = try store.write(config.json.data(), mediaType: MediaType.config)
        var annotations = recipe.labels
        if let base = parts.base {
            annotations[ImageLabels.baseName] = base.name
            annotations[ImageLabels.baseDigest] = base.digest.description
        }
        annotations.merge(recipe.annotations) { _, own in own }
        let manifest = ImageManifest(
            config: configuration,
            layers: (parts.base?.manifest.layers ?? []) + layers.map(\.descriptor),
            annotations: annotations.filter { !$0.value.isEmpty }
        )
        var descriptor = try store.write(manifest)
        descriptor.platform = platform
        return AssembledImage(descriptor: descriptor, config: config, layers: layers, notes: parts.notes)
    }
}
