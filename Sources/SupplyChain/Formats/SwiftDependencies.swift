import Core
import Foundation
import Images

/// What a Swift build was linked from: an image holds no `Package.resolved`, so its builder says it.
package enum SwiftDependencies {
    /// Where an image keeps the list; scanners of other makers look for files of this name too.
    package static func documentPath(for name: String) -> String { "/usr/local/share/sbom/\(name).cdx.json" }

    /// Reads `swift package show-dependencies --format json`: a tree, in which a package may occur often.
    package static func read(showDependencies json: JSON) throws -> [SoftwarePackage] {
        var found: [String: SoftwarePackage] = [:]
        func visit(_ node: JSON, depth: Int) throws {
            guard depth < 200 else { throw SlipwayError(.invalidInput, "The tree of dependencies has no end") }
            for child in node["dependencies"]?.array ?? [] {
                guard let address = child["url"]?.string, let identity = child["identity"]?.string else {
                    throw SlipwayError(.invalidInput, "This is not what `swift package show-dependencies` prints")
                }
                let version = child["version"]?.string.flatMap { $0 == "unspecified" ? nil : $0 }
                let pin = SwiftPin(identity: identity, address: address, version: version, revision: nil)
                found[identity] = pin.package(at: SoftwarePackage.Location(path: "Package.swift"))
                try visit(child, depth: depth + 1)
            }
        }
        try visit(json, depth: 0)
        return found.values.sorted { $0.purl < $1.purl }
    }

    /// Reads a `Package.resolved` file.
    package static func read(resolved bytes: [UInt8]) throws -> [SoftwarePackage] {
        try SwiftPin.read(bytes).map { $0.package(at: SoftwarePackage.Location(path: "Package.resolved")) }
    }

    /// The list as a CycloneDX document that goes into the image.
    ///
    /// - Parameters:
    ///   - packages: What was linked.
    ///   - name: The image's or program's name.
    ///   - executables: Paths in the image of the programs that were linked from these packages.
    ///   - created: RFC 3339, from the source's date.
    ///   - toolVersion: Slipway's.
    /// - Returns: The document's bytes; equal input gives equal bytes.
    package static func document(
        _ packages: [SoftwarePackage],
        name: String,
        executables: [String],
        created: String,
        toolVersion: String
    ) -> [UInt8] {
        var inventory = Inventory(subject: InventorySubject(kind: .folder, name: name))
        for package in packages { inventory.add(package) }
        let document = SBOMDocument(inventory: inventory, created: created, toolVersion: toolVersion)
        return Array(CycloneDXWriter(document: document, executables: executables).json.data(pretty: true))
    }
}
