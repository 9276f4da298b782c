import Images

/// Java libraries: the coordinates inside of archives, however deep, and Gradle's lock files.
struct JavaCataloger: Cataloger {
    func interest(in path: ArchivePath) -> CatalogInterest {
        let name = String(decoding: path.name, as: UTF8.self)
        if name == "gradle.lockfile" { return .read }
        return JavaArchive.isArchive(name) ? .archive : .none
    }

    func catalog(_ files: CatalogFiles, into inventory: inout Inventory) {
        var nameless: [String] = []
        for archive in files.javaArchives {
            let location = SoftwarePackage.Location(path: archive.path, layer: archive.layer)
            for project in archive.projects {
                if project.group == nil { nameless.append(archive.path) }
                inventory.add(Self.package(project, location))
            }
        }
        if let first = nameless.first {
            let more = nameless.count > 1 ? " and \(nameless.count - 1) more" : ""
            inventory.add(
                Unknown(
                    "unidentified-archive",
                    "\(first)\(more) does not say which Maven group it is of, so nothing can be looked up"
                )
            )
        }
        for file in files.files where file.name == "gradle.lockfile" {
            for (index, line) in file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                guard let match = line.firstMatch(of: /^([^:#=\s]+):([^:=\s]+):([^:=\s]+)=/) else { continue }
                let project = JavaArchive.Project(
                    group: String(match.1),
                    artifact: String(match.2),
                    version: String(match.3),
                    license: nil
                )
                inventory.add(Self.package(project, file.location(line: index + 1)))
            }
        }
    }

    private static func package(_ project: JavaArchive.Project, _ location: SoftwarePackage.Location) -> SoftwarePackage
    {
        let name = [project.group, project.artifact].compactMap { $0 }.joined(separator: ":")
        return SoftwarePackage(
            purl: PackageURL(type: "maven", namespace: project.group, name: project.artifact, version: project.version),
            name: name,
            version: project.version,
            ecosystem: project.group == nil ? nil : Ecosystem("Maven"),
            licenses: project.license.map { [$0] } ?? [],
            locations: [location]
        )
    }
}
