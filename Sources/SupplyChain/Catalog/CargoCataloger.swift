import Images

/// Rust crates: `Cargo.lock`.
struct CargoCataloger: Cataloger {
    func interest(in path: ArchivePath) -> CatalogInterest { path.name == Array("Cargo.lock".utf8) ? .read : .none }

    func catalog(_ files: CatalogFiles, into inventory: inout Inventory) {
        for file in files.files where file.name == "Cargo.lock" {
            // A crate without a source is a member of the project itself.
            for entry in TOMLPackages.read(file.text) where entry.source != nil {
                inventory.add(
                    SoftwarePackage(
                        purl: PackageURL(type: "cargo", name: entry.name, version: entry.version),
                        name: entry.name,
                        version: entry.version,
                        ecosystem: Ecosystem("crates.io"),
                        locations: [file.location(line: entry.line)]
                    )
                )
            }
        }
    }
}
