import Images

/// What is known to list packages and is not read yet: it is said, instead of counting as nothing found.
struct UnsupportedCataloger: Cataloger {
    private static let rpm = ["var/lib/rpm/", "usr/lib/sysimage/rpm/"]
    private static let names: [String: String] = [
        "yarn.lock": "Yarn's lock files", "pnpm-lock.yaml": "pnpm's lock files", "bun.lockb": "Bun's lock files",
        "composer.lock": "Composer's lock files", "Gemfile.lock": "Bundler's lock files",
        "gradle.lockfile": "Gradle's lock files", "pom.xml": "Maven projects",
        "packages.lock.json": "NuGet's lock files",
        "mix.lock": "Mix's lock files", "pubspec.lock": "Dart's lock files",
    ]

    func interest(in path: ArchivePath) -> CatalogInterest { kind(of: path.description) == nil ? .none : .notice }

    private func kind(of path: String) -> String? {
        if Self.rpm.contains(where: path.hasPrefix) {
            let databases = ["Packages", "Packages.db", "rpmdb.sqlite"]
            return databases.contains { path.hasSuffix("/\($0)") } ? "RPM databases" : nil
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if [".jar", ".war", ".ear"].contains(where: name.hasSuffix) { return "Java archives" }
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
