import Core
import Foundation
import Images

/// Lock files of Bundler (Ruby), Composer (PHP) and NuGet (.NET), and the gems that are installed.
struct LockFileCataloger: Cataloger {
    func interest(in path: ArchivePath) -> CatalogInterest {
        let name = String(decoding: path.name, as: UTF8.self)
        if ["Gemfile.lock", "gems.locked", "composer.lock", "packages.lock.json"].contains(name) { return .read }
        return Self.isGemSpecification(name, folder: String(decoding: path.parent.name, as: UTF8.self))
            ? .notice : .none
    }

    /// `specifications/rake-13.0.6.gemspec`: its name says all.
    private static func isGemSpecification(_ name: String, folder: String) -> Bool {
        name.hasSuffix(".gemspec") && (folder == "specifications" || folder == "default")
    }

    func catalog(_ files: CatalogFiles, into inventory: inout Inventory) {
        for file in files.files {
            switch file.name {
            case "Gemfile.lock", "gems.locked": gems(file, &inventory)
            case "composer.lock": composer(file, &inventory)
            case "packages.lock.json": nuget(file, &inventory)
            default: continue
            }
        }
        for (path, layer) in files.noticed {
            let parts = path.split(separator: "/").map(String.init)
            guard parts.count >= 2, let name = parts.last,
                Self.isGemSpecification(name, folder: parts[parts.count - 2]),
                let match = name.wholeMatch(of: /(.+?)-([0-9][0-9A-Za-z.]*)(?:-[a-z0-9_-]+)?\.gemspec/)
            else { continue }
            let location = SoftwarePackage.Location(path: path, layer: layer)
            add("gem", nil, String(match.1), String(match.2), "RubyGems", location, &inventory)
        }
    }

    /// Under `GEM` and `specs:`, four blanks before what is installed and six before what that needs.
    private func gems(_ file: CatalogFile, _ inventory: inout Inventory) {
        var isFromRegistry = false
        for (index, line) in file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if !line.hasPrefix(" ") { isFromRegistry = line.hasPrefix("GEM") }
            guard isFromRegistry,
                let match = line.wholeMatch(of: /\s{4}([A-Za-z0-9_.-]+) \(([0-9][^)]*?)(?:-[a-z0-9_-]+)?\)\s*/)
            else { continue }
            add("gem", nil, String(match.1), String(match.2), "RubyGems", file.location(line: index + 1), &inventory)
        }
    }

    private func composer(_ file: CatalogFile, _ inventory: inout Inventory) {
        guard let json = try? JSON(parsing: file.text) else {
            report(file, "it is not valid JSON", to: &inventory)
            return
        }
        for entry in (json["packages"]?.array ?? []) + (json["packages-dev"]?.array ?? []) {
            guard let name = entry["name"]?.string else { continue }
            let version = entry["version"]?.string.map { String($0.trimmingPrefix("v")) }
            let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
            let location = file.location(line: file.line(containing: "\"name\": \"\(name)\""))
            let namespace = parts.count == 2 ? parts[0] : nil
            add("composer", namespace, parts.last ?? name, version, "Packagist", location, &inventory)
        }
    }

    private func nuget(_ file: CatalogFile, _ inventory: inout Inventory) {
        guard let json = try? JSON(parsing: file.text) else {
            report(file, "it is not valid JSON", to: &inventory)
            return
        }
        for (_, framework) in json["dependencies"]?.object ?? [:] {
            for (name, entry) in framework.object ?? [:] where entry["type"]?.string != "Project" {
                let location = file.location(line: file.line(containing: "\"\(name)\""))
                add("nuget", nil, name, entry["resolved"]?.string, "NuGet", location, &inventory)
            }
        }
    }

    private func add(
        _ type: String,
        _ namespace: String?,
        _ name: String,
        _ version: String?,
        _ ecosystem: String,
        _ location: SoftwarePackage.Location,
        _ inventory: inout Inventory
    ) {
        let full = [namespace, name].compactMap { $0 }.joined(separator: "/")
        inventory.add(
            SoftwarePackage(
                purl: PackageURL(type: type, namespace: namespace, name: name, version: version),
                name: full,
                version: version,
                ecosystem: Ecosystem(ecosystem),
                locations: [location]
            )
        )
    }
}
