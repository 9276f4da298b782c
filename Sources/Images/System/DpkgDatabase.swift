import Core
import Foundation

/// Debian's records of installed packages: who owns a file, and what is known of the owner.
struct DpkgDatabase {
    /// A package by its name and, where several architectures of it may be installed, its architecture.
    struct Package: Sendable, Hashable, Comparable {
        let name: String
        let architecture: String?

        static func < (left: Self, right: Self) -> Bool {
            (left.name, left.architecture ?? "") < (right.name, right.architecture ?? "")
        }

        var listName: String { architecture.map { "\(name):\($0)" } ?? name }
    }

    let root: SystemRoot
    private let info = "/var/lib/dpkg/info"

    init(root: SystemRoot) { self.root = root }

    var exists: Bool { root.resolve("/var/lib/dpkg/status") != nil }

    /// Finds the packages that own files.
    ///
    /// A merged `/usr` makes one file known by two paths: packages may say `/lib/…` where the file lies in `/usr/lib`.
    ///
    /// - Parameter paths: Absolute paths of the system, free of links.
    /// - Returns: The owners of those paths that have one.
    /// - Throws: `SlipwayError` where the records cannot be read.
    func owners(of paths: Set<String>) throws -> [String: Package] {
        var wanted: [[UInt8]: String] = [:]
        for path in paths {
            for alias in aliases(of: path) { wanted[Array(alias.utf8)] = path }
        }
        var lengths: Set<Int> = []
        for key in wanted.keys { lengths.insert(key.count) }
        var owners: [String: Package] = [:]
        for name in root.names(in: info) where name.hasSuffix(".list") {
            guard let file = try root.open("\(info)/\(name)") else { continue }
            let bytes = try file.readAll(limit: 64 << 20, name)
            let parts = name.dropLast(5).split(separator: ":", maxSplits: 1)
            let package = Package(name: String(parts[0]), architecture: parts.count == 2 ? String(parts[1]) : nil)
            ControlFile.forEachLine(bytes) { line in
                guard lengths.contains(line.count), let path = wanted[Array(line)] else { return }
                owners[path] = package
            }
        }
        return owners
    }

    private func aliases(of path: String) -> [String] {
        var aliases = [path]
        for folder in ["bin", "sbin", "lib", "lib32", "lib64", "libx32"] where path.hasPrefix("/usr/\(folder)/") {
            // Only where /lib is the same folder as /usr/lib; else they are two different files.
            if root.resolve("/\(folder)")?.path == "/usr/\(folder)" { aliases.append(String(path.dropFirst(4))) }
        }
        return aliases
    }

    /// The paragraphs of the status file for some packages, as they stand there.
    func paragraphs(for packages: Set<Package>) throws -> [Package: String] {
        guard let file = try root.open("/var/lib/dpkg/status") else { return [:] }
        let bytes = try file.readAll(limit: 256 << 20, "/var/lib/dpkg/status")
        var found: [Package: String] = [:]
        let names = Dictionary(grouping: packages, by: \.name)
        ControlFile.forEachParagraph(bytes) { paragraph in
            // "Package" is the first field that dpkg writes; the cheap look saves reading hundreds of paragraphs.
            let first = String(decoding: paragraph.prefix { $0 != 0x0A }, as: UTF8.self)
            guard first.hasPrefix("Package: "), let candidates = names[String(first.dropFirst(9))] else { return }
            let architecture = ControlFile.fields(paragraph)["architecture"]
            for package in candidates where package.architecture == nil || package.architecture == architecture {
                found[package] = String(decoding: paragraph, as: UTF8.self)
            }
        }
        return found
    }

    /// The lines of a package's list of checksums that concern some paths.
    func checksums(of package: Package, for paths: Set<String>) throws -> String? {
        guard let text = try root.text("\(info)/\(package.listName).md5sums", limit: 64 << 20) else { return nil }
        var known: Set<String> = []
        for path in paths { known.formUnion(aliases(of: path).map { String($0.dropFirst()) }) }
        let lines = text.split(separator: "\n").filter { line in
            // 32 digits, two blanks, and a path without a slash in front.
            known.contains(String(line.dropFirst(34)))
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n") + "\n"
    }
}
