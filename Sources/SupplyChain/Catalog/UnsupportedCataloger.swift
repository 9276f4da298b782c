import Images

/// What is known to list packages and is not read yet: it is said, instead of counting as nothing found.
struct UnsupportedCataloger: Cataloger {
    private static let rpm = ["var/lib/rpm/", "usr/lib/sysimage/rpm/"]
    private static let names: [String: String] = [
        "bun.lockb": "Bun's binary lock files", "bun.lock": "Bun's lock files", "pom.xml": "Maven projects",
        "build.gradle": "Gradle projects without a lock file",
        "build.gradle.kts": "Gradle projects without a lock file",
        "mix.lock": "Mix's lock files", "pubspec.lock": "Dart's lock files", "Podfile.lock": "CocoaPods' lock files",
        "conan.lock": "Conan's lock files", "renv.lock": "R's lock files", "stack.yaml.lock": "Haskell's lock files",
    ]

    func interest(in path: ArchivePath) -> CatalogInterest { kind(of: path.description) == nil ? .none : .notice }

    private func kind(of path: String) -> String? {
        if Self.rpm.contains(where: path.hasPrefix) {
            let databases = ["Packages", "Packages.db"]
            return databases.contains { path.hasSuffix("/\($0)") }
                ? "RPM databases of the old formats (Berkeley DB, ndb)" : nil
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return Self.names[name]
    }

    func catalog(_ files: CatalogFiles, into inventory: inout Inventory) {
        var byKind: [String: [String]] = [:]
        for file in files.noticed {
            if let kind = kind(of: file.path) { byKind[kind, default: []].append(file.path) }
        }
        for (kind, paths) in byKind {
            let more = paths.count > 3 ? " and \(paths.count - 3) more" : ""
            let shown = paths.prefix(3).joined(separator: ", ") + more
            inventory.add(Unknown("unsupported-format", "\(kind) are not read yet: \(shown)"))
        }
    }
}
