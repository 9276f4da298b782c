import Images

/// Alpine packages: apk's list of what is installed.
struct AlpineCataloger: Cataloger {
    private static let databases = ["lib/apk/db/installed", "usr/lib/apk/db/installed"]

    func interest(in path: ArchivePath) -> CatalogInterest {
        Self.databases.contains(path.description) ? .read : .none
    }

    func catalog(_ files: CatalogFiles, into inventory: inout Inventory) {
        let distribution = files.distribution
        for file in files.files where Self.databases.contains(file.path) {
            ControlFile.forEachParagraph(file.bytes) { paragraph in
                var fields: [Character: String] = [:]
                for line in String(decoding: paragraph, as: UTF8.self).split(separator: "\n") {
                    guard let key = line.first, line.dropFirst().first == ":" else { continue }
                    fields[key] = fields[key] ?? String(line.dropFirst(2))
                }
                guard let name = fields["P"], let version = fields["V"] else { return }
                var qualifiers: [String: String] = [:]
                qualifiers["arch"] = fields["A"]
                qualifiers["distro"] = distribution?.qualifier
                let origin = fields["o"] ?? name
                if origin != name { qualifiers["upstream"] = origin }
                inventory.add(
                    SoftwarePackage(
                        purl: PackageURL(
                            type: "apk",
                            namespace: distribution?.id ?? "alpine",
                            name: name,
                            version: version,
                            qualifiers: qualifiers
                        ),
                        name: name,
                        version: version,
                        ecosystem: distribution?.ecosystem,
                        advisoryName: origin,
                        licenses: fields["L"].map { [$0] } ?? [],
                        supplier: fields["m"],
                        locations: [file.location()]
                    )
                )
            }
        }
    }
}
