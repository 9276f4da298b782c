import Images

/// A file that a cataloger asked for.
struct CatalogFile: Sendable {
    /// Without a slash in front.
    let path: String
    let layer: Digest?
    let bytes: [UInt8]

    /// Lines end in LF, whatever system wrote them: Swift takes CR and LF together as one character of its own.
    var text: String {
        let text = String(decoding: bytes, as: UTF8.self)
        return bytes.contains(0x0D) ? text.replacing("\r\n", with: "\n") : text
    }
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    /// The folder's path; empty at the root.
    var folder: String { path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : "" }

    func location(line: Int? = nil) -> SoftwarePackage.Location {
        SoftwarePackage.Location(path: path, layer: layer, line: line)
    }

    /// The first line that contains a text, counted from 1.
    func line(containing needle: String) -> Int? {
        let needle = Array(needle.utf8)
        guard !needle.isEmpty else { return nil }
        var line = 1
        for start in bytes.indices {
            if bytes[start] == needle[0], bytes[start...].starts(with: needle) { return line }
            if bytes[start] == 0x0A { line += 1 }
        }
        return nil
    }
}

/// An executable file of which only a few facts are kept.
struct CatalogExecutable: Sendable {
    let path: String
    let layer: Digest?
    /// Go's build information, where the program has one.
    let goBuildInformation: GoBuildInformation?
    /// The crates of a Rust program that `cargo auditable` built.
    var rustBuildInformation: RustBuildInformation?

    var isDescribed: Bool { goBuildInformation != nil || rustBuildInformation != nil }
}

/// All that was collected from an image or a folder.
struct CatalogFiles: Sendable {
    var files: [CatalogFile] = []
    var executables: [CatalogExecutable] = []
    var javaArchives: [JavaArchive] = []
    /// Files that are known to matter and are not read, such as a database of a format that is not supported.
    var noticed: [(path: String, layer: Digest?)] = []

    /// Sorts, so that the order in which files were met does not show in any result.
    mutating func sort() {
        files.sort { ($0.path, $0.layer?.hex ?? "") < ($1.path, $1.layer?.hex ?? "") }
        executables.sort { $0.path < $1.path }
        javaArchives.sort { $0.path < $1.path }
        noticed.sort { $0.path < $1.path }
    }
}

/// Finds packages of one kind in the files that it asks for.
protocol Cataloger: Sendable {
    /// What to do with a file, by its path alone.
    func interest(in path: ArchivePath) -> CatalogInterest
    func catalog(_ files: CatalogFiles, into inventory: inout Inventory)
}

/// What is done with a file: nothing, its path is kept, it is read whole, or looked through as a Java archive.
enum CatalogInterest: Sendable { case none, notice, read, archive }

extension Cataloger {
    /// Reports a file that is not what its name says.
    func report(_ file: CatalogFile, _ why: String, to inventory: inout Inventory) {
        inventory.add(Unknown("unreadable-file", "\(file.path) could not be read: \(why)"))
    }
}

/// Every kind of package that Slipway finds.
enum Catalogers {
    static let all: [any Cataloger] = [
        DpkgCataloger(), AlpineCataloger(), RPMCataloger(), SwiftCataloger(), PythonCataloger(), NpmCataloger(),
        JavaScriptLockCataloger(), GoCataloger(), CargoCataloger(), JavaCataloger(), LockFileCataloger(),
        EmbeddedDocumentCataloger(), UnsupportedCataloger(),
    ]

    static func interest(in path: ArchivePath) -> CatalogInterest {
        var interest = CatalogInterest.none
        for cataloger in all {
            switch cataloger.interest(in: path) {
            case .read: return .read
            case .archive: return .archive
            case .notice: interest = .notice
            case .none: break
            }
        }
        return interest
    }
}
