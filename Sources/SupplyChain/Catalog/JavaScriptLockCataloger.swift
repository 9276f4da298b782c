import Core
import Foundation
import Images

/// JavaScript packages in the lock files of Yarn (1 and later) and pnpm (5 to 9).
struct JavaScriptLockCataloger: Cataloger {
    func interest(in path: ArchivePath) -> CatalogInterest {
        let name = String(decoding: path.name, as: UTF8.self)
        return name == "yarn.lock" || name == "pnpm-lock.yaml" ? .read : .none
    }

    func catalog(_ files: CatalogFiles, into inventory: inout Inventory) {
        for file in files.files {
            switch file.name {
            case "yarn.lock": yarn(file, &inventory)
            case "pnpm-lock.yaml": pnpm(file, &inventory)
            default: continue
            }
        }
    }

    /// `"name@range", "name@other":` and below it the version. What comes from the project itself is left out.
    private func yarn(_ file: CatalogFile, _ inventory: inout Inventory) {
        var current: (name: String, line: Int)?
        for (index, line) in file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("#") || line.isEmpty { continue }
            guard line.hasPrefix(" ") else {
                current = nil
                let first = line.trimmingCharacters(in: .whitespaces).prefix { $0 != "," }
                let plain = first.trimmingCharacters(in: CharacterSet(charactersIn: "\":"))
                let isOwn = ["@workspace:", "@link:", "@portal:"].contains(where: plain.contains)
                guard !isOwn, let at = plain.dropFirst().firstIndex(of: "@") else { continue }
                // An alias: what is installed stands behind "npm:".
                let target = plain[at...].firstMatch(of: /^@npm:(@?[^@]+)@/).map { String($0.1) }
                current = (target ?? String(plain[..<at]), index + 1)
                continue
            }
            guard let entry = current, let match = line.wholeMatch(of: /\s{2}version:? "?([^"\s]+)"?\s*/) else {
                continue
            }
            current = nil
            add(entry.name, String(match.1), file.location(line: entry.line), &inventory)
        }
    }

    /// The keys of `packages`: `/name/1.0.0`, `/name@1.0.0(peer@2)`, `name@1.0.0`.
    private func pnpm(_ file: CatalogFile, _ inventory: inout Inventory) {
        guard let root = try? YAMLParser.document(file.text, file: file.path) else {
            report(file, "it is not valid YAML", to: &inventory)
            return
        }
        for entry in root["packages"]?.mapping ?? [] {
            // Peers stand behind an underscore (version 5) or in parentheses.
            guard let match = entry.key.prefixMatch(of: /\/?((?:@[^\/]+\/)?[^\/@:]+)[\/@]([0-9][^_(]*)/) else {
                continue
            }
            add(String(match.1), String(match.2), file.location(line: entry.keyLocation.line), &inventory)
        }
    }

    private func add(
        _ name: String,
        _ version: String,
        _ location: SoftwarePackage.Location,
        _ inventory: inout Inventory
    ) {
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        inventory.add(
            SoftwarePackage(
                purl: PackageURL(
                    type: "npm",
                    namespace: parts.count == 2 ? parts[0] : nil,
                    name: parts.last ?? name,
                    version: version
                ),
                name: name,
                version: version,
                ecosystem: Ecosystem("npm"),
                locations: [location]
            )
        )
    }
}
