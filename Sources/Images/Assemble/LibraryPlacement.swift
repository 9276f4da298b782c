import Core
import Foundation

/// Decides where each shared library lies in the image, so that the image's own loader finds it.
struct LibraryPlacement {
    let root: SystemRoot
    let resolved: LibraryResolver.Result

    /// Folders that belong to the distribution; what lies elsewhere belongs to this machine or this build.
    private static let systemFolders = ["/lib/", "/lib32/", "/lib64/", "/usr/lib/", "/usr/lib32/", "/usr/lib64/"]

    /// Libraries of the system keep their places: their package's records and their headers name them. One that the
    /// loader would not find there without this machine's cache gets a link in the loader's own folder.
    func addSystemLibraries(to tree: inout LayeredTree) throws {
        for library in resolved.libraries where isSystem(library) {
            try tree.addSystemFile(library.object.location.path, of: root)
            guard !library.isInterpreter, !resolved.defaultFolders.contains(library.object.location.folder),
                let folder = resolved.defaultFolders.first
            else { continue }
            let place = ArchivePath("\(folder)/\(library.name)")
            if !tree.contains(place) {
                try tree.add(.link(library.object.location.path), at: place, from: library.object.location.path)
            }
        }
    }

    /// Other libraries, such as Swift's from its toolchain, go to the loader's own folder: the paths of this machine
    /// mean nothing in the image.
    ///
    /// - Returns: Their names.
    func addRuntimeLibraries(to tree: inout LayeredTree) throws -> [String] {
        var names: [String] = []
        for library in resolved.libraries where !isSystem(library) {
            guard let folder = resolved.defaultFolders.first else { continue }
            if library.object.elf.ignoresDefaultFolders {
                throw SlipwayError(
                    .invalidInput,
                    "\(library.object.location.path) cannot go into an image",
                    why: "It is linked with -z nodefaultlib, so it only works in its own folder.",
                    next: "Link it without that flag."
                )
            }
            let host = URL(filePath: hostPath(library.object.location)).resolvingSymlinksInPath()
            try tree.add(try LayeredTree.fileNode(host), at: ArchivePath("\(folder)/\(library.name)"), from: host.path)
            names.append(library.name)
        }
        return names
    }

    private func isSystem(_ library: SharedLibrary) -> Bool {
        guard library.object.location.tree == .system else { return false }
        if library.isInterpreter { return true }
        guard let path = root.resolve(library.object.location.path)?.path else { return false }
        return Self.systemFolders.contains { path.hasPrefix($0) }
    }

    private func hostPath(_ location: ObjectLocation) -> String {
        guard location.tree == .system else { return location.path }
        return root.hostPath(root.resolve(location.path)?.path ?? location.path)
    }
}
