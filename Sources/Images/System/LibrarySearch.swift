import Core
import Foundation

/// A place of an object: in the system that is copied from, or a file of the build on this machine.
struct ObjectLocation: Sendable, Hashable {
    enum Tree: Sendable, Hashable { case system, host }

    let tree: Tree
    let path: String

    var folder: String {
        let end = path.lastIndex(of: "/") ?? path.startIndex
        return end == path.startIndex ? "/" : String(path[..<end])
    }
}

/// Where a system's dynamic loader looks for libraries of one architecture (`ld.so(8)`).
struct LibrarySearch {
    let root: SystemRoot
    let architecture: ELFObject.Architecture
    /// musl has no cache and its own configuration file.
    let musl: Bool
    private let cache: LoaderCache
    /// The folders that `/etc/ld.so.conf` names, for systems whose cache is missing.
    private let configured: [String]

    init(root: SystemRoot, architecture: ELFObject.Architecture, interpreter: String?) throws {
        self.root = root
        self.architecture = architecture
        musl = interpreter?.contains("/ld-musl-") ?? false
        if musl {
            let name = interpreter?.split(separator: "/").last.map(String.init) ?? ""
            let file = "/etc/" + (name.split(separator: ".").first.map(String.init) ?? name) + ".path"
            let listed = try root.text(file)?.split { $0 == ":" || $0 == "\n" }.map(String.init)
            configured = listed ?? ["/lib", "/usr/local/lib", "/usr/lib"]
            cache = LoaderCache([])
        } else {
            cache = LoaderCache(try root.open("/etc/ld.so.cache")?.readAll(limit: 16 << 20, "ld.so.cache") ?? [])
            configured = cache.paths.isEmpty ? try LoaderConfiguration.folders(root) : []
        }
    }

    /// Folders that the loader searches without being told: its own, as distributions build it.
    var defaultFolders: [String] {
        if musl { return configured }
        var folders = triplet.map { ["/lib/\($0)", "/usr/lib/\($0)"] } ?? []
        if architecture.is64Bit { folders += ["/lib64", "/usr/lib64"] }
        return folders + ["/lib", "/usr/lib"]
    }

    /// Debian's name of the architecture.
    private var triplet: String? {
        switch architecture.machine {
        case 3: "i386-linux-gnu"
        case 21: "powerpc64le-linux-gnu"
        case 22: "s390x-linux-gnu"
        case 40: "arm-linux-gnueabihf"
        case 62: architecture.is64Bit ? "x86_64-linux-gnu" : "x86_64-linux-gnux32"
        case 183: "aarch64-linux-gnu"
        case 243: "riscv64-linux-gnu"
        case 258: "loongarch64-linux-gnu"
        default: nil
        }
    }

    /// What `$PLATFORM` stands for.
    private var platformName: String {
        switch architecture.machine {
        case 3: "i686"
        case 21: "power8"
        case 22: "z900"
        case 40: "v7l"
        case 183: "aarch64"
        case 243: "riscv64"
        default: "x86_64"
        }
    }

    /// The places where a name may be, in the loader's order.
    ///
    /// - Parameters:
    ///   - name: As `DT_NEEDED` says.
    ///   - chain: The object that needs it, the object that loaded that one, and so on to the executable.
    /// - Returns: Places that need not exist.
    func candidates(for name: String, neededBy chain: [LoadedObject]) -> [ObjectLocation] {
        if name.contains("/") { return [ObjectLocation(tree: .system, path: name)] }
        guard let object = chain.first else { return [] }
        var folders: [ObjectLocation] = []
        if object.elf.runpath.isEmpty {
            for loader in chain where loader.elf.runpath.isEmpty { folders += expand(loader.elf.rpath, of: loader) }
        }
        folders += expand(object.elf.runpath, of: object)
        var places = folders.map { ObjectLocation(tree: $0.tree, path: "\($0.path)/\(name)") }
        if !object.elf.ignoresDefaultFolders {
            places += (cache.paths[name] ?? []).map { ObjectLocation(tree: .system, path: $0) }
            places += (configured + defaultFolders).map { ObjectLocation(tree: .system, path: "\($0)/\(name)") }
        }
        return places
    }

    private func expand(_ folders: [String], of object: LoadedObject) -> [ObjectLocation] {
        folders.compactMap { folder in
            let hasOrigin = folder.contains("$ORIGIN") || folder.contains("${ORIGIN}")
            var path = folder
            let library = architecture.is64Bit ? "lib64" : "lib"
            for (token, value) in [
                ("ORIGIN", object.location.folder), ("LIB", triplet.map { "lib/\($0)" } ?? library),
                ("PLATFORM", platformName),
            ] {
                path = path.replacing("${\(token)}", with: value).replacing("$\(token)", with: value)
            }
            // A relative folder would mean whatever the process starts in.
            guard path.hasPrefix("/") else { return nil }
            return ObjectLocation(tree: hasOrigin ? object.location.tree : .system, path: path)
        }
    }
}

/// `/etc/ld.so.conf` with its includes.
enum LoaderConfiguration {
    static func folders(_ root: SystemRoot, file: String = "/etc/ld.so.conf", depth: Int = 0) throws -> [String] {
        guard depth < 8, let text = try root.text(file) else { return [] }
        var folders: [String] = []
        for line in text.split(separator: "\n") {
            let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "," || $0 == ":" }
            guard let first = words.first else { continue }
            if first == "include" {
                for pattern in words.dropFirst() {
                    for included in expand(String(pattern), from: file, root) {
                        folders += try self.folders(root, file: included, depth: depth + 1)
                    }
                }
            } else if first != "hwcap" {
                folders += words.map(String.init).filter { $0.hasPrefix("/") }
            }
        }
        return folders
    }

    /// Expands `*` and `?` in a pattern's last component, which is where distributions use them.
    private static func expand(_ pattern: String, from file: String, _ root: SystemRoot) -> [String] {
        let base = ObjectLocation(tree: .system, path: file).folder
        let path = pattern.hasPrefix("/") ? pattern : "\(base)/\(pattern)"
        let folder = ObjectLocation(tree: .system, path: path).folder
        let name = String(path.dropFirst(folder.count + (folder == "/" ? 0 : 1)))
        return root.names(in: folder).filter { fnmatch(name, $0, 0) == 0 }.map { "\(folder)/\($0)" }
    }
}
