import Core
import Foundation
import Images

/// Swift packages: `Package.resolved`, in its versions 1 to 3.
struct SwiftCataloger: Cataloger {
    func interest(in path: ArchivePath) -> CatalogInterest {
        let name = path.name
        return name == Array("Package.resolved".utf8) || name == Array("Package.swift".utf8) ? .read : .none
    }

    func catalog(_ files: CatalogFiles, into inventory: inout Inventory) {
        let resolved = files.files.filter { $0.name == "Package.resolved" }
        for file in resolved {
            do {
                for pin in try SwiftPin.read(file.bytes) {
                    // The identity stands on a line of its own, and so does the address.
                    let line =
                        file.line(containing: "\"\(pin.address)\"") ?? file.line(containing: "\"\(pin.identity)\"")
                    inventory.add(pin.package(at: file.location(line: line)))
                }
            } catch {
                report(file, "\(error)", to: &inventory)
            }
        }
        // A workspace keeps its list elsewhere: any list below the manifest's folder will do.
        for manifest in files.files where manifest.name == "Package.swift" {
            let folder = manifest.folder.isEmpty ? "" : manifest.folder + "/"
            guard manifest.text.contains(".package("), !resolved.contains(where: { $0.path.hasPrefix(folder) }) else {
                continue
            }
            inventory.add(
                Unknown(
                    "unresolved-dependencies",
                    "\(manifest.path) has no Package.resolved beside it: run `swift package resolve` first"
                )
            )
        }
    }
}

/// A dependency as SwiftPM resolved it.
struct SwiftPin: Sendable, Hashable {
    let identity: String
    /// Its repository's address, or its registry identity.
    let address: String
    /// A version; nil for a branch or a bare commit.
    let version: String?
    let revision: String?

    /// Reads a `Package.resolved` file.
    ///
    /// - Throws: `SlipwayError` for what is none, or is of an unknown version.
    static func read(_ bytes: [UInt8]) throws -> [SwiftPin] {
        let json = try JSON(parsing: String(decoding: bytes, as: UTF8.self))
        let pins: [JSON]?
        switch json["version"]?.int {
        case 1: pins = json["object"]?["pins"]?.array
        case 2, 3: pins = json["pins"]?.array
        case let version:
            throw SlipwayError(.invalidInput, "Package.resolved is of version \(version.map(String.init) ?? "none")")
        }
        guard let pins else { throw SlipwayError(.invalidInput, "Package.resolved has no list of pins") }
        return try pins.map { pin in
            guard let address = pin["location"]?.string ?? pin["repositoryURL"]?.string else {
                throw SlipwayError(.invalidInput, "A pin in Package.resolved has no address")
            }
            let state = pin["state"]
            return SwiftPin(
                identity: pin["identity"]?.string ?? pin["package"]?.string ?? address,
                address: address.isEmpty ? (pin["identity"]?.string ?? "") : address,
                version: state?["version"]?.string,
                revision: state?["revision"]?.string
            )
        }
    }

    func package(at location: SoftwarePackage.Location) -> SoftwarePackage {
        let path = Self.path(of: address)
        let parts = path.split(separator: "/").map(String.init)
        let name = parts.last ?? identity
        var package = SoftwarePackage(
            purl: PackageURL(
                type: "swift",
                namespace: parts.dropLast().joined(separator: "/"),
                name: name,
                version: version ?? revision
            ),
            name: name,
            version: version ?? revision,
            ecosystem: Ecosystem("SwiftURL"),
            advisoryName: path,
            locations: [location]
        )
        // A commit has no place in the order of versions.
        package.advisoryVersion = version
        return package
    }

    /// `host/owner/name` with the letters' case as written.
    private static func path(of address: String) -> String {
        let folded = Ecosystem.swiftName(address)
        // Case folding changes no lengths in addresses, so the same stretch of the original can be taken.
        guard let range = address.range(of: folded, options: .caseInsensitive) else {
            guard let colon = address.firstIndex(of: ":"), address.hasPrefix("git@") else { return folded }
            var path = address[address.index(after: colon)...]
            if path.hasSuffix(".git") { path = path.dropLast(4) }
            let host = address[..<colon].drop { $0 != "@" }.dropFirst()
            return "\(host)/\(path)"
        }
        return String(address[range])
    }
}
