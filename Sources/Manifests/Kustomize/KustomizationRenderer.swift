import Core
import Foundation
import Kubernetes

/// Walks the kustomizations from the innermost out, in kustomize's order of steps.
struct KustomizationRenderer {
    private let root: KustomizationFolder
    private var scopes = 0

    init(root: URL) {
        let working = FileManager.default.currentDirectoryPath
        let path = root.standardizedFileURL.path
        let name = path.hasPrefix(working + "/") ? String(path.dropFirst(working.count + 1)) : path
        self.root = KustomizationFolder(root, name: name)
    }

    mutating func render() throws -> [KubernetesObject] {
        let file = try self.file(of: root)
        guard !file.isComponent else {
            throw KustomizationFolder.wrong("A component cannot be rendered by itself", file.location)
        }
        var set = ResourceSet()
        try accumulate(root, file, into: &set, scope: [], visited: [])
        try set.update { try ContentHash.append(to: &$0) }
        try NameReferenceUpdater(set.resources).update(&set)
        let kept = set.resources.map(\.object).filter {
            $0.annotations["config.kubernetes.io/local-config"] != "true"
        }
        return file.order == "fifo" ? kept : ResourceOrder.sorted(kept)
    }

    private func file(of folder: KustomizationFolder) throws -> KustomizationFile {
        let url = try Kustomization.file(in: folder.url, named: folder.name)
        let parser = KustomizationParser(
            text: try ManifestReader.text(of: url),
            file: folder.named(url.lastPathComponent)
        )
        return try parser.parse()
    }

    /// Adds what one kustomization brings, transformed, to `set`.
    private mutating func accumulate(
        _ folder: KustomizationFolder,
        _ file: KustomizationFile,
        into set: inout ResourceSet,
        scope: [Int],
        visited: [KustomizationFolder]
    ) throws {
        scopes += 1
        let scope = scope + [scopes]
        let visited = visited + [folder]
        for path in file.resources { try add(path, of: folder, to: &set, scope: scope, visited: visited) }
        for path in file.components {
            guard let component = try folder.folder(path) else {
                throw KustomizationFolder.wrong("There is no component folder \(path.value)", path.location)
            }
            try refuseCycle(component, visited, path.location)
            let componentFile = try self.file(of: component)
            guard componentFile.isComponent else {
                throw KustomizationFolder.wrong(
                    "\(path.value) is no component: its kind is not Component",
                    path.location
                )
            }
            try accumulate(component, componentFile, into: &set, scope: scope, visited: visited)
        }
        try ObjectGenerator(file: file, folder: folder, scope: scope).run(on: &set)
        try KustomizationTransformers(file: file, folder: folder, scope: scope).run(on: &set)
    }

    private mutating func add(
        _ path: Located<String>,
        of folder: KustomizationFolder,
        to set: inout ResourceSet,
        scope: [Int],
        visited: [KustomizationFolder]
    ) throws {
        guard let base = try folder.folder(path) else {
            let url = try folder.file(path)
            for found in try ManifestReader.read(file: url, named: folder.named(path.value), dialect: .kustomize) {
                try set.append(Resource(found.object, at: found.location, scope: scope))
            }
            return
        }
        try refuseCycle(base, visited, path.location)
        let baseFile = try file(of: base)
        guard !baseFile.isComponent else {
            throw KustomizationFolder.wrong(
                "\(path.value) is a component",
                path.location,
                help: "List it under components:."
            )
        }
        var own = ResourceSet()
        try accumulate(base, baseFile, into: &own, scope: scope, visited: visited)
        for resource in own.resources { try set.append(resource) }
    }

    /// A kustomization may not contain itself, nor a folder it lies in.
    private func refuseCycle(
        _ candidate: KustomizationFolder,
        _ visited: [KustomizationFolder],
        _ location: SourceLocation
    ) throws {
        for folder in visited
        where folder.url.path == candidate.url.path || folder.url.path.hasPrefix(candidate.url.path + "/") {
            throw KustomizationFolder.wrong(
                "\(candidate.name) contains \(folder.name), which names it: a cycle",
                location
            )
        }
    }
}
