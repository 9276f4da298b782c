import Core
import Foundation
import Images

/// Reads a bill of materials that any tool wrote: SPDX 2.x or CycloneDX 1.x, as JSON.
package enum SBOMReader {
    package struct Document: Sendable {
        package let inventory: Inventory
        /// The programs that it says everything about.
        package let executables: [String]
    }

    /// - Throws: `SlipwayError` (`.invalidInput`) for what is neither.
    package static func read(_ bytes: [UInt8]) throws -> Document {
        let json = try JSON(parsing: String(decoding: bytes, as: UTF8.self))
        if let version = json["spdxVersion"]?.string {
            guard version.hasPrefix("SPDX-2.") else { throw unsupported("SPDX \(version)") }
            return Document(inventory: spdx(json), executables: [])
        }
        if json["bomFormat"]?.string == "CycloneDX" { return cycloneDX(json) }
        throw unsupported("neither SPDX nor CycloneDX")
    }

    /// Whether a file looks like one.
    package static func recognizes(_ bytes: [UInt8]) -> Bool {
        guard let json = try? JSON(parsing: String(decoding: bytes, as: UTF8.self)) else { return false }
        return json["spdxVersion"] != nil || json["bomFormat"]?.string == "CycloneDX"
    }

    private static func unsupported(_ what: String) -> SlipwayError {
        SlipwayError(
            .invalidInput,
            "This is no bill of materials that can be read: \(what)",
            next: "Use SPDX 2.3 or CycloneDX as JSON."
        )
    }

    private static func spdx(_ json: JSON) -> Inventory {
        let subject = InventorySubject(kind: .document, name: json["name"]?.string ?? "SPDX document")
        var inventory = Inventory(subject: subject)
        let described = Set(
            (json["relationships"]?.array ?? []).filter { $0["relationshipType"]?.string == "DESCRIBES" }
                .compactMap { $0["relatedSpdxElement"]?.string }
                + (json["documentDescribes"]?.array ?? []).compactMap(\.string)
        )
        for element in json["packages"]?.array ?? [] {
            if let identifier = element["SPDXID"]?.string, described.contains(identifier) { continue }
            let reference = element["externalRefs"]?.array?.first { $0["referenceType"]?.string == "purl" }
            var licenses: [String] = []
            if let license = element["licenseDeclared"]?.string, license != "NOASSERTION", license != "NONE" {
                licenses = [license]
            }
            add(
                purl: reference?["referenceLocator"]?.string,
                name: element["name"]?.string,
                version: element["versionInfo"]?.string,
                licenses: licenses,
                to: &inventory
            )
        }
        return inventory
    }

    private static func cycloneDX(_ json: JSON) -> Document {
        let root = json["metadata"]?["component"]
        let subject = InventorySubject(
            kind: .document,
            name: root?["name"]?.string ?? "CycloneDX document",
            version: root?["version"]?.string
        )
        var inventory = Inventory(subject: subject)
        addComponents(json["components"]?.array ?? [], depth: 0, to: &inventory)
        let executables = (json["properties"]?.array ?? []).filter { $0["name"]?.string == "dev.slipway.executable" }
        return Document(inventory: inventory, executables: executables.compactMap { $0["value"]?.string })
    }

    /// Components may hold components.
    private static func addComponents(_ components: [JSON], depth: Int, to inventory: inout Inventory) {
        guard depth < 32 else { return }
        for component in components {
            let isPackage = !["file", "operating-system", "data", "device"].contains(component["type"]?.string ?? "")
            if isPackage {
                let licenses = (component["licenses"]?.array ?? []).compactMap { entry in
                    entry["expression"]?.string ?? entry["license"]?["id"]?.string ?? entry["license"]?["name"]?.string
                }
                add(
                    purl: component["purl"]?.string,
                    name: component["name"]?.string,
                    version: component["version"]?.string,
                    licenses: licenses,
                    to: &inventory
                )
            }
            addComponents(component["components"]?.array ?? [], depth: depth + 1, to: &inventory)
        }
    }

    private static func add(
        purl: String?,
        name: String?,
        version: String?,
        licenses: [String],
        to inventory: inout Inventory
    ) {
        if let purl = purl.flatMap(PackageURL.init(parsing:)) {
            inventory.add(PackageURLDecoder.package(purl, licenses: licenses))
        } else if let name {
            inventory.add(
                Unknown(
                    "no-identity",
                    "\(name) \(version ?? "") has no purl in the document, so nothing can be looked up"
                )
            )
        }
    }
}

/// What a purl tells of a package, without the file it was found in.
enum PackageURLDecoder {
    static func package(_ purl: PackageURL, licenses: [String] = []) -> SoftwarePackage {
        let path = [purl.namespace, purl.name].compactMap { $0 }.joined(separator: "/")
        var name = purl.name
        var ecosystem: Ecosystem?
        var advisoryName: String?
        var advisoryVersion = purl.version
        switch purl.type {
        case "deb", "apk":
            ecosystem = distribution(purl)?.ecosystem
            if let upstream = purl.qualifiers["upstream"] {
                let parts = upstream.split(separator: "@", maxSplits: 1).map(String.init)
                advisoryName = parts.first
                if parts.count == 2 { advisoryVersion = parts[1] }
            }
        case "rpm":
            let distribution = distribution(purl)
            ecosystem = distribution?.ecosystem
            advisoryName = RPMCataloger.advisoryName(purl.name, purl.qualifiers["upstream"], distribution)
            if let epoch = purl.qualifiers["epoch"], let version = purl.version {
                advisoryVersion = "\(epoch):\(version)"
            }
        case "pypi": ecosystem = Ecosystem("PyPI")
        case "npm":
            ecosystem = Ecosystem("npm")
            name = path
        case "golang":
            ecosystem = Ecosystem("Go")
            name = path
        case "cargo": ecosystem = Ecosystem("crates.io")
        case "swift":
            ecosystem = Ecosystem("SwiftURL")
            advisoryName = path
            // A bare commit has no place in the order of versions.
            if let version = purl.version, version.wholeMatch(of: /[0-9a-f]{40}/) != nil { advisoryVersion = nil }
        case "gem": ecosystem = Ecosystem("RubyGems")
        case "maven":
            ecosystem = Ecosystem("Maven")
            name = [purl.namespace, purl.name].compactMap { $0 }.joined(separator: ":")
        case "nuget": ecosystem = Ecosystem("NuGet")
        case "composer":
            ecosystem = Ecosystem("Packagist")
            name = path
        default: break
        }
        var package = SoftwarePackage(
            purl: purl,
            name: name,
            version: purl.version,
            ecosystem: ecosystem,
            advisoryName: advisoryName,
            licenses: licenses,
            locations: []
        )
        package.advisoryVersion = advisoryVersion
        return package
    }

    private static func distribution(_ purl: PackageURL) -> Distribution? {
        if let qualifier = purl.qualifiers["distro"] { return Distribution(qualifier: qualifier) }
        return purl.namespace.map { Distribution(id: $0, version: nil) }
    }
}
