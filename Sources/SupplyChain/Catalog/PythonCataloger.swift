import Core
import Foundation
import Images

/// Python packages: what is installed (`.dist-info`, `.egg-info`), lists of requirements, and lock files.
struct PythonCataloger: Cataloger {
    private static let lockFiles: Set<String> = ["poetry.lock", "uv.lock", "pdm.lock", "pylock.toml"]

    func interest(in path: ArchivePath) -> CatalogInterest {
        let name = String(decoding: path.name, as: UTF8.self)
        let folder = String(decoding: path.parent.name, as: UTF8.self)
        if name == "METADATA", folder.hasSuffix(".dist-info") { return .read }
        if name == "PKG-INFO", folder.hasSuffix(".egg-info") || folder == "EGG-INFO" { return .read }
        if name.hasSuffix(".egg-info"), !folder.hasSuffix(".egg-info") { return .read }
        if Self.lockFiles.contains(name) || name == "Pipfile.lock" || Self.isRequirements(name) { return .read }
        return .none
    }

    private static func isRequirements(_ name: String) -> Bool {
        name.hasPrefix("requirements") && name.hasSuffix(".txt")
    }

    func catalog(_ files: CatalogFiles, into inventory: inout Inventory) {
        for file in files.files {
            switch file.name {
            case let name where name == "METADATA" && file.folder.hasSuffix(".dist-info"): installed(file, &inventory)
            case "PKG-INFO": installed(file, &inventory)
            case let name where name.hasSuffix(".egg-info"): installed(file, &inventory)
            case let name where Self.lockFiles.contains(name):
                for entry in TOMLPackages.read(file.text, key: name == "pylock.toml" ? "packages" : "package") {
                    add(entry.name, entry.version, file.location(line: entry.line), &inventory)
                }
            case "Pipfile.lock": pipfile(file, &inventory)
            case let name where Self.isRequirements(name): requirements(file, &inventory)
            default: continue
            }
        }
    }

    private func add(
        _ name: String,
        _ version: String?,
        _ location: SoftwarePackage.Location,
        licenses: [String] = [],
        _ inventory: inout Inventory
    ) {
        inventory.add(
            SoftwarePackage(
                purl: PackageURL(type: "pypi", name: name, version: version),
                name: name,
                version: version,
                ecosystem: Ecosystem("PyPI"),
                licenses: licenses,
                locations: [location]
            )
        )
    }

    /// Core metadata: header fields as in mail.
    private func installed(_ file: CatalogFile, _ inventory: inout Inventory) {
        let head = file.text.replacing("\r\n", with: "\n").split(separator: "\n\n", maxSplits: 1).first ?? ""
        var fields: [String: String] = [:]
        var classifiers: [String] = []
        for line in head.split(separator: "\n") where !line.hasPrefix(" ") && !line.hasPrefix("\t") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let value = parts[1].trimmingCharacters(in: .whitespaces)
            if parts[0] == "Classifier" { classifiers.append(value) }
            fields[parts[0].lowercased()] = fields[parts[0].lowercased()] ?? value
        }
        guard let name = fields["name"], !name.isEmpty else {
            report(file, "it names no package", to: &inventory)
            return
        }
        var licenses = [fields["license-expression"] ?? fields["license"]].compactMap { $0 }
        licenses = licenses.filter { !$0.isEmpty && $0 != "UNKNOWN" }
        if licenses.isEmpty {
            licenses = classifiers.filter { $0.hasPrefix("License :: ") }.compactMap { text in
                text.split(separator: "::").last?.trimmingCharacters(in: .whitespaces)
            }
        }
        add(name, fields["version"], file.location(), licenses: licenses, &inventory)
    }

    private func pipfile(_ file: CatalogFile, _ inventory: inout Inventory) {
        guard let json = try? JSON(parsing: file.text) else {
            report(file, "it is not valid JSON", to: &inventory)
            return
        }
        for section in ["default", "develop"] {
            for (name, entry) in json[section]?.object ?? [:] {
                let version = entry["version"]?.string.map { String($0.trimmingPrefix("==")) }
                add(name, version, file.location(line: file.line(containing: "\"\(name)\"")), &inventory)
            }
        }
    }

    /// `name[extra]==1.0 ; marker # comment`; a requirement that is not pinned has no version.
    private func requirements(_ file: CatalogFile, _ inventory: inout Inventory) {
        for (index, line) in file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let text = line.prefix { $0 != "#" && $0 != ";" }.trimmingCharacters(in: .whitespaces)
            guard let match = text.prefixMatch(of: /([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*)/) else {
                continue
            }
            let condition = match.2.prefix { $0 != "\\" }.trimmingCharacters(in: .whitespaces)
            let pinned = condition.wholeMatch(of: /={2,3}\s*([^\s,*]+)(?:\s.*)?/).map { String($0.1) }
            add(String(match.1), pinned, file.location(line: index + 1), &inventory)
        }
    }
}

/// The packages of a lock file in TOML, as Poetry, uv, PDM and Cargo write it: `[[package]]` with name and version.
enum TOMLPackages {
    struct Entry: Sendable, Hashable {
        let name: String
        let version: String?
        /// Where it comes from; nil for a member of the project itself (Cargo).
        let source: String?
        let line: Int
    }

    static func read(_ text: String, key: String = "package") -> [Entry] {
        var entries: [Entry] = []
        var current: (name: String?, version: String?, source: String?, line: Int)?
        func finish() {
            guard let entry = current, let name = entry.name else { return }
            entries.append(Entry(name: name, version: entry.version, source: entry.source, line: entry.line))
        }
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = raw.trimmingCharacters(in: .whitespaces)
            if line.hasPrefix("[") {
                finish()
                current = line == "[[\(key)]]" ? (nil, nil, nil, index + 1) : nil
            } else if current != nil, let match = line.wholeMatch(of: /([a-z]+)\s*=\s*"([^"]*)"\s*(?:#.*)?/) {
                switch match.1 {
                case "name":
                    current?.name = String(match.2)
                    current?.line = index + 1
                case "version": current?.version = String(match.2)
                case "source": current?.source = String(match.2)
                default: break
                }
            }
        }
        finish()
        return entries
    }
}
