import Core
import Images

/// Bills of materials that an image carries: what its builder knew and no file in it shows.
struct EmbeddedDocumentCataloger: Cataloger {
    private static let folders = ["usr/share/sbom/", "usr/local/share/sbom/"]
    private static let systemFolders = ["bin/", "sbin/", "lib/", "lib32/", "lib64/", "usr/"]

    func interest(in path: ArchivePath) -> CatalogInterest {
        guard path.components.count >= 4 else { return .none }
        let text = path.description
        guard Self.folders.contains(where: text.hasPrefix) else { return .none }
        return text.hasSuffix(".cdx.json") || text.hasSuffix(".spdx.json") ? .read : .none
    }

    func catalog(_ files: CatalogFiles, into inventory: inout Inventory) {
        var described: Set<String> = []
        for file in files.files where Self.folders.contains(where: file.path.hasPrefix) {
            do {
                let document = try SBOMReader.read(file.bytes)
                for var package in document.inventory.packages {
                    package.locations = [file.location()]
                    inventory.add(package)
                }
                described.formUnion(document.executables.map { String($0.trimmingPrefix("/")) })
            } catch {
                report(file, "\(error)", to: &inventory)
            }
        }
        guard inventory.subject.kind == .image else { return }
        let silent = files.executables.filter { executable in
            !executable.isDescribed && !described.contains(executable.path)
                && (executable.path.hasPrefix("usr/local/")
                    || !Self.systemFolders.contains(where: executable.path.hasPrefix))
        }
        for executable in silent {
            inventory.add(
                Unknown("undescribed-executable", "nothing says what /\(executable.path) was built from")
            )
        }
    }
}
