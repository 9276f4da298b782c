import Core
import Crypto
import Foundation
import Images

/// A bill of materials to be written: what was found, and when it counts as made.
package struct SBOMDocument: Sendable {
    package enum Format: String, Sendable, CaseIterable { case spdx, cyclonedx }

    package let inventory: Inventory
    /// RFC 3339: the source's or image's date and never the clock, so that equal input gives equal documents.
    package let created: String
    package let toolVersion: String

    package init(inventory: Inventory, created: String, toolVersion: String) {
        self.inventory = inventory
        self.created = created
        self.toolVersion = toolVersion
    }

    package func json(_ format: Format) -> JSON {
        switch format {
        case .spdx: SPDXWriter(document: self).json
        case .cyclonedx: CycloneDXWriter(document: self).json
        }
    }

    /// A name that no other content has: a hash of the subject and of all packages.
    var fingerprint: String {
        var hash = SHA256()
        let subject = inventory.subject
        var parts = [subject.name, subject.version ?? "", subject.digest?.description ?? "", created, toolVersion]
        for package in inventory.packages {
            parts.append(package.purl.description)
            parts += package.licenses + package.locations.map { "\($0.path) \($0.layer?.hex ?? "")" }
        }
        for part in parts {
            hash.update(data: Data(part.utf8))
            hash.update(data: [0])
        }
        return Hexadecimal.encode(hash.finalize())
    }

    /// What the document is about, as a purl where there is a type for it.
    var subjectURL: PackageURL? {
        let subject = inventory.subject
        guard subject.kind == .image, let digest = subject.digest else { return nil }
        let name = (try? ImageReference(parsing: subject.name, defaultRegistry: "localhost")).map(\.repository)
        return PackageURL(
            type: "oci",
            name: (name ?? subject.name).split(separator: "/").last.map(String.init) ?? subject.name,
            version: digest.description
        )
    }
}
