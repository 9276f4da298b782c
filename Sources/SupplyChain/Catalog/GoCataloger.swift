import Foundation
import Images

/// Go modules: what the linker wrote into programs, and `go.mod` files.
struct GoCataloger: Cataloger {
    func interest(in path: ArchivePath) -> CatalogInterest { path.name == Array("go.mod".utf8) ? .read : .none }

    func catalog(_ files: CatalogFiles, into inventory: inout Inventory) {
        for executable in files.executables {
            guard let information = executable.goBuildInformation else { continue }
            let location = SoftwarePackage.Location(path: executable.path, layer: executable.layer)
            // The standard library is a module like others to OSV, by the name "stdlib".
            let release = information.goVersion.split(separator: " ").first.map { String($0.trimmingPrefix("go")) }
            add("stdlib", release, location, &inventory)
            for module in information.modules { add(module.path, module.version, location, &inventory) }
        }
        for file in files.files where file.name == "go.mod" {
            for requirement in GoModuleFile.requirements(file.text) {
                add(requirement.path, requirement.version, file.location(line: requirement.line), &inventory)
            }
        }
    }

    private func add(
        _ path: String,
        _ version: String?,
        _ location: SoftwarePackage.Location,
        _ inventory: inout Inventory
    ) {
        // "(devel)" is the main module built from a working folder.
        let version = version == "(devel)" || version?.isEmpty == true ? nil : version
        let parts = path.split(separator: "/").map(String.init)
        inventory.add(
            SoftwarePackage(
                purl: PackageURL(
                    type: "golang",
                    namespace: parts.dropLast().joined(separator: "/"),
                    name: parts.last ?? path,
                    version: version
                ),
                name: path,
                version: version,
                ecosystem: Ecosystem("Go"),
                locations: [location]
            )
        )
    }
}

/// The `require` directives of a `go.mod` file.
enum GoModuleFile {
    struct Requirement: Sendable, Hashable {
        let path: String
        let version: String
        let line: Int
    }

    static func requirements(_ text: String) -> [Requirement] {
        var requirements: [Requirement] = []
        var inBlock = false
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let code = raw.range(of: "//").map { raw[..<$0.lowerBound] } ?? raw
            var words = code.split(whereSeparator: \.isWhitespace).map(String.init)
            if words.first == ")" {
                inBlock = false
                continue
            }
            if words.first == "require" {
                words.removeFirst()
                if words.first == "(" {
                    inBlock = true
                    continue
                }
            } else if !inBlock {
                continue
            }
            guard words.count == 2 else { continue }
            requirements.append(Requirement(path: words[0], version: words[1], line: index + 1))
        }
        return requirements
    }
}
