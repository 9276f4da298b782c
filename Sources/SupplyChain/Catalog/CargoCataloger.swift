import Images

/// Rust crates: `Cargo.lock`, and what `cargo auditable` wrote into programs.
struct CargoCataloger: Cataloger {
    func interest(in path: ArchivePath) -> CatalogInterest { path.name == Array("Cargo.lock".utf8) ? .read : .none }

    func catalog(_ files: CatalogFiles, into inventory: inout Inventory) {
        for executable in files.executables {
            let location = SoftwarePackage.Location(path: executable.path, layer: executable.layer)
            // What only ran during the build is not in the program.
            for crate in executable.rustBuildInformation?.crates ?? [] where !crate.isBuildOnly {
                add(crate.name, crate.version, isPublished: crate.source == "crates.io", location, &inventory)
            }
        }
        for file in files.files where file.name == "Cargo.lock" {
            // A crate without a source is a member of the project itself.
            for entry in TOMLPackages.read(file.text) where entry.source != nil {
                let isPublished = entry.source?.contains("crates.io-index") ?? false
                add(entry.name, entry.version, isPublished: isPublished, file.location(line: entry.line), &inventory)
            }
        }
    }

    /// Advisories speak of what is published on crates.io; a fork of the same name may be repaired or not.
    private func add(
        _ name: String,
        _ version: String?,
        isPublished: Bool,
        _ location: SoftwarePackage.Location,
        _ inventory: inout Inventory
    ) {
        inventory.add(
            SoftwarePackage(
                purl: PackageURL(type: "cargo", name: name, version: version),
                name: name,
                version: version,
                ecosystem: isPublished ? Ecosystem("crates.io") : nil,
                locations: [location]
            )
        )
    }
}
