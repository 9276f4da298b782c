import Core
import Foundation
import Images

/// JavaScript packages: npm's lock files (versions 1 to 3) and what is installed in `node_modules`.
struct NpmCataloger: Cataloger {
    private static let locks: Set<String> = ["package-lock.json", "npm-shrinkwrap.json", ".package-lock.json"]

    func interest(in path: ArchivePath) -> CatalogInterest {
        let name = String(decoding: path.name, as: UTF8.self)
        if name == "package-lock.json" || name == "npm-shrinkwrap.json" { return .read }
        guard name == "package.json" else { return .none }
        // node_modules/name/package.json or node_modules/@scope/name/package.json: deeper ones are a package's own.
        let folders = path.parent.components.suffix(3).map { String(decoding: $0, as: UTF8.self) }
        guard folders.count >= 2 else { return .none }
        let parent = folders[folders.count - 2]
        let isScoped = folders.count == 3 && parent.hasPrefix("@") && folders[0] == "node_modules"
        return parent == "node_modules" || isScoped ? .read : .none
    }

    func catalog(_ files: CatalogFiles, into inventory: inout Inventory) {
        for file in files.files {
            let isLock = Self.locks.contains(file.name)
            guard isLock || file.name == "package.json" else { continue }
            guard let json = try? JSON(parsing: file.text) else {
                report(file, "it is not valid JSON", to: &inventory)
                continue
            }
            if !isLock {
                guard let name = json["name"]?.string, let version = json["version"]?.string else { continue }
                add(name, version, file, json["license"]?.string, &inventory)
            } else if let packages = json["packages"]?.object {
                lockedPackages(packages, file, &inventory)
            } else if let dependencies = json["dependencies"]?.object {
                lockedTree(dependencies, file, depth: 0, &inventory)
            } else if json["lockfileVersion"] == nil {
                report(file, "it is no lock file", to: &inventory)
            }
        }
    }

    /// Versions 2 and 3: one flat object by paths.
    private func lockedPackages(_ packages: [String: JSON], _ file: CatalogFile, _ inventory: inout Inventory) {
        for (path, entry) in packages where entry["link"]?.bool != true {
            // "" is the project itself, and folders outside of node_modules are its own workspaces.
            guard let range = path.range(of: "node_modules/", options: .backwards) else { continue }
            let name = entry["name"]?.string ?? String(path[range.upperBound...])
            add(name, entry["version"]?.string, file, entry["license"]?.string, key: path, &inventory)
        }
    }

    /// Version 1: a tree.
    private func lockedTree(
        _ dependencies: [String: JSON],
        _ file: CatalogFile,
        depth: Int,
        _ inventory: inout Inventory
    ) {
        guard depth < 100 else { return }
        for (name, entry) in dependencies {
            add(name, entry["version"]?.string, file, nil, key: name, &inventory)
            if let nested = entry["dependencies"]?.object { lockedTree(nested, file, depth: depth + 1, &inventory) }
        }
    }

    private func add(
        _ name: String,
        _ version: String?,
        _ file: CatalogFile,
        _ license: String?,
        key: String? = nil,
        _ inventory: inout Inventory
    ) {
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        let scope = parts.count == 2 ? parts[0] : nil
        inventory.add(
            SoftwarePackage(
                purl: PackageURL(type: "npm", namespace: scope, name: parts.last ?? name, version: version),
                name: name,
                version: version,
                ecosystem: Ecosystem("npm"),
                licenses: license.map { [$0] } ?? [],
                locations: [file.location(line: key.flatMap { file.line(containing: "\"\($0)\"") })]
            )
        )
    }
}
