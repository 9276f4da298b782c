import Core
import Foundation

/// An ELF object with its place.
struct LoadedObject: Sendable, Hashable {
    let location: ObjectLocation
    let elf: ELFObject
}

/// A library that some executable loads.
struct SharedLibrary: Sendable, Hashable {
    /// The name it is asked for by.
    let name: String
    let object: LoadedObject
    let isInterpreter: Bool
}

/// Finds every library that executables need, as the dynamic loader would, without running anything.
struct LibraryResolver {
    let root: SystemRoot

    struct Result {
        var libraries: [SharedLibrary] = []
        /// The folders that the loader of these executables always searches, best first.
        var defaultFolders: [String] = []
        var usesGlibc = false
    }

    /// Opens a program or library of the build.
    func object(at url: URL) throws -> LoadedObject {
        let path = url.resolvingSymlinksInPath().path
        guard FileManager.default.fileExists(atPath: path) else {
            throw SlipwayError(.invalidInput, "There is no file \(url.path)", next: "Build it first.")
        }
        guard let elf = try ELFObject(try OpenFile.open(URL(filePath: path)), name: url.path) else {
            throw SlipwayError(
                .invalidInput,
                "\(url.path) is not a Linux executable",
                why: "It does not begin with ELF's magic number.",
                next: "Build for Linux, and add scripts and data with --resource."
            )
        }
        return LoadedObject(location: ObjectLocation(tree: root.isHost ? .system : .host, path: path), elf: elf)
    }

    /// All libraries that the objects need, directly or through others, each once.
    ///
    /// - Parameters:
    ///   - objects: Executables, and libraries that they open while running.
    ///   - optional: Names of libraries that are opened while running where they exist, such as NSS modules.
    /// - Returns: The libraries, the loader first.
    /// - Throws: `SlipwayError` (`.invalidInput`) that lists every library that is missing and who needs it.
    func resolve(_ objects: [LoadedObject], optional: [String] = []) throws -> Result {
        var result = Result()
        var missing: [String: Set<String>] = [:]
        let interpreter = objects.lazy.compactMap(\.elf.interpreter).first
        for object in objects where !object.elf.needed.isEmpty || object.elf.interpreter != nil {
            let search = try LibrarySearch(
                root: root,
                architecture: object.elf.architecture,
                interpreter: object.elf.interpreter ?? interpreter
            )
            var walk = Walk(search: search, root: root)
            try walk.load(object)
            if !search.musl { for name in optional { try walk.loadOptional(name, by: object) } }
            result.libraries += walk.found.filter { !result.libraries.contains($0) }
            missing.merge(walk.missing) { $0.union($1) }
            let libc = walk.found.first { $0.name == "libc.so.6" }?.object.location.folder
            result.usesGlibc = result.usesGlibc || libc != nil
            if result.defaultFolders.isEmpty {
                result.defaultFolders = (libc.map { [$0] } ?? []) + search.defaultFolders
            }
        }
        guard missing.isEmpty else { throw Self.error(missing) }
        return result
    }

    private static func error(_ missing: [String: Set<String>]) -> SlipwayError {
        let lines = missing.sorted { $0.key < $1.key }.map { name, users in
            "\(name), needed by \(users.sorted().joined(separator: " and "))"
        }
        return SlipwayError(
            .invalidInput,
            "A shared library is missing: \(lines.joined(separator: "; "))",
            why: "It is in none of the folders that the dynamic loader searches.",
            next: "Install it, or link statically (for Swift: swift build -c release --static-swift-stdlib)."
        )
    }
}

/// Loads one executable's libraries breadth first, as the loader does.
private struct Walk {
    let search: LibrarySearch
    let root: SystemRoot
    var found: [SharedLibrary] = []
    var missing: [String: Set<String>] = [:]
    /// Names that are taken in this process: whoever asks for one later gets the same library.
    private var names: Set<String> = []

    init(search: LibrarySearch, root: SystemRoot) {
        self.search = search
        self.root = root
    }

    mutating func load(_ start: LoadedObject) throws {
        if let path = start.elf.interpreter {
            let location = ObjectLocation(tree: .system, path: path)
            if let object = try open(location) {
                let name = path.split(separator: "/").last.map(String.init) ?? path
                note(SharedLibrary(name: name, object: object, isInterpreter: true))
                if search.musl { names.insert("libc.so") }
            } else {
                missing[path, default: []].insert(start.location.path)
            }
        }
        try follow([[start]])
    }

    /// Loads a library if it is there.
    mutating func loadOptional(_ name: String, by object: LoadedObject) throws {
        guard !names.contains(name), let library = try find(name, neededBy: [object]) else { return }
        note(library)
        try follow([[library.object, object]])
    }

    private mutating func follow(_ start: [[LoadedObject]]) throws {
        var queue = start[...]
        while let chain = queue.popFirst(), let object = chain.first {
            for name in object.elf.needed where !names.contains(name) {
                guard let library = try find(name, neededBy: chain) else {
                    missing[name, default: []].insert(object.location.path)
                    continue
                }
                note(library)
                queue.append([library.object] + chain)
            }
        }
    }

    private mutating func note(_ library: SharedLibrary) {
        names.insert(library.name)
        if let soname = library.object.elf.soname { names.insert(soname) }
        found.append(library)
    }

    private func find(_ name: String, neededBy chain: [LoadedObject]) throws -> SharedLibrary? {
        for location in search.candidates(for: name, neededBy: chain) {
            guard let object = try open(location), object.elf.architecture == search.architecture else { continue }
            return SharedLibrary(name: name, object: object, isInterpreter: false)
        }
        return nil
    }

    private func open(_ location: ObjectLocation) throws -> LoadedObject? {
        let file: OpenFile?
        switch location.tree {
        case .system: file = try root.open(location.path)
        case .host: file = try? OpenFile.open(URL(filePath: location.path))
        }
        // Linker scripts such as libc.so are no ELF files, and the loader passes them by too.
        guard let file, let elf = try ELFObject(file, name: location.path) else { return nil }
        return LoadedObject(location: location, elf: elf)
    }
}
