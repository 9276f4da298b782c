import Foundation
import Images

/// Debian packages: dpkg's status file, and the single records that images without a package manager keep.
struct DpkgCataloger: Cataloger {
    private static let status = "var/lib/dpkg/status"
    private static let records = "var/lib/dpkg/status.d/"

    func interest(in path: ArchivePath) -> CatalogInterest {
        guard let first = path.components.first, ["var", "usr", "etc"].contains(String(decoding: first, as: UTF8.self))
        else { return .none }
        let text = path.description
        if text == Self.status || text == "etc/os-release" || text == "usr/lib/os-release" { return .read }
        if text.hasPrefix(Self.records) { return text.hasSuffix(".md5sums") ? .none : .read }
        // usr/share/doc/<package>/copyright
        return path.components.count == 5 && text.hasPrefix("usr/share/doc/") && text.hasSuffix("/copyright")
            ? .read : .none
    }

    func catalog(_ files: CatalogFiles, into inventory: inout Inventory) {
        let databases = files.files.filter { $0.path == Self.status || $0.path.hasPrefix(Self.records) }
        guard !databases.isEmpty else { return }
        let distribution = files.distribution
        var licenses: [String: [String]] = [:]
        for file in files.files where file.path.hasPrefix("usr/share/doc/") && file.name == "copyright" {
            let package = file.folder.split(separator: "/").last.map(String.init) ?? ""
            licenses[package] = DebianCopyright.licenses(file.text)
        }
        for file in databases {
            ControlFile.forEachParagraph(file.bytes) { paragraph in
                let fields = ControlFile.fields(paragraph)
                guard let package = Self.package(fields, file, distribution, licenses) else { return }
                inventory.add(package)
            }
        }
        if distribution?.ecosystem == nil {
            let name = distribution?.qualifier ?? "no distribution (there is no os-release file)"
            inventory.add(
                Unknown("unknown-distribution", "Debian packages were found, but the system says it is \(name)")
            )
        }
    }

    private static func package(
        _ fields: [String: String],
        _ file: CatalogFile,
        _ distribution: Distribution?,
        _ licenses: [String: [String]]
    ) -> SoftwarePackage? {
        guard let name = fields["package"], let version = fields["version"] else { return nil }
        // "Status: want flag status"; records in status.d may leave it out.
        if let status = fields["status"], status.split(separator: " ").last != "installed" { return nil }
        var source = (name: name, version: version)
        if let text = fields["source"] {
            // "Source: foo (1.2-3)"; without a version the source has the binary's.
            let parts = text.split(separator: " ", maxSplits: 1)
            source.name = parts.first.map(String.init) ?? name
            if parts.count == 2 { source.version = parts[1].trimmingCharacters(in: ["(", ")", " "]) }
        }
        var qualifiers: [String: String] = [:]
        qualifiers["arch"] = fields["architecture"]
        qualifiers["distro"] = distribution?.qualifier
        if source.version != version {
            qualifiers["upstream"] = "\(source.name)@\(source.version)"
        } else if source.name != name {
            qualifiers["upstream"] = source.name
        }
        return SoftwarePackage(
            purl: PackageURL(
                type: "deb",
                namespace: distribution?.id ?? "debian",
                name: name,
                version: version,
                qualifiers: qualifiers
            ),
            name: name,
            version: version,
            ecosystem: distribution?.ecosystem,
            advisoryName: source.name,
            advisoryVersion: source.version,
            licenses: licenses[name] ?? [],
            supplier: fields["maintainer"],
            locations: [file.location()]
        )
    }
}

extension CatalogFiles {
    /// The system's distribution; the file in `/usr` is the real one where the other is a link to it.
    var distribution: Distribution? {
        for path in ["usr/lib/os-release", "etc/os-release"] {
            if let file = files.first(where: { $0.path == path }), let found = Distribution(osRelease: file.text) {
                return found
            }
        }
        return nil
    }
}

/// Debian's machine-readable copyright files (DEP-5).
enum DebianCopyright {
    /// The short names of all licences that the file names, sorted; empty for a file in free text.
    static func licenses(_ text: String) -> [String] {
        guard text.prefix(4096).range(of: "/copyright-format/1", options: .caseInsensitive) != nil else { return [] }
        var names: Set<String> = []
        for line in text.split(separator: "\n") where line.lowercased().hasPrefix("license:") {
            let name = line.dropFirst(8).trimmingCharacters(in: .whitespaces)
            if !name.isEmpty { names.insert(name) }
        }
        return names.sorted()
    }
}
