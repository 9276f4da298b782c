import Core
import Foundation

/// The keys and values of a generated ConfigMap or Secret.
struct GeneratorSources {
    let generator: KustomizationFile.Generator
    let folder: KustomizationFolder

    func pairs() throws -> [(key: String, value: Data)] {
        var pairs: [(key: String, value: Data)] = []
        for source in generator.envs { try add(environment(source), at: source.location, to: &pairs) }
        for source in generator.files { try add([try content(source)], at: source.location, to: &pairs) }
        for source in generator.literals { try add([try literal(source)], at: source.location, to: &pairs) }
        return pairs
    }

    private func add(
        _ new: [(key: String, value: Data)],
        at location: SourceLocation,
        to pairs: inout [(key: String, value: Data)]
    ) throws {
        for pair in new {
            guard pair.key.wholeMatch(of: /[-._a-zA-Z0-9]{1,253}/) != nil, pair.key != ".", pair.key != ".." else {
                throw KustomizationFolder.wrong(
                    "\"\(pair.key)\" is no valid key",
                    location,
                    help: "A key has letters, digits, -, _ and . only."
                )
            }
            guard !pairs.contains(where: { $0.key == pair.key }) else {
                throw KustomizationFolder.wrong(
                    "The key \"\(pair.key)\" is given twice in \(generator.kind) \"\(generator.name)\"",
                    location
                )
            }
            pairs.append(pair)
        }
    }

    /// `KEY=VALUE`; quotes around the value are taken off.
    private func literal(_ source: Located<String>) throws -> (key: String, value: Data) {
        guard let equals = source.value.firstIndex(of: "="), equals != source.value.startIndex else {
            throw KustomizationFolder.wrong("A literal has the form KEY=VALUE", source.location)
        }
        var value = source.value[source.value.index(after: equals)...]
        for quote in ["\"", "'"] where value.count >= 2 && value.hasPrefix(quote) && value.hasSuffix(quote) {
            value = value.dropFirst().dropLast()
            break
        }
        return (String(source.value[..<equals]), Data(value.utf8))
    }

    /// `PATH`, whose last part is the key, or `KEY=PATH`.
    private func content(_ source: Located<String>) throws -> (key: String, value: Data) {
        let parts = source.value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let path = String(parts.last ?? "")
        let key = parts.count == 2 ? String(parts[0]) : URL(filePath: path).lastPathComponent
        guard !key.isEmpty, !path.isEmpty else {
            throw KustomizationFolder.wrong("A file has the form PATH or KEY=PATH", source.location)
        }
        return (key, try read(Located(value: path, location: source.location)))
    }

    /// Lines of `KEY=VALUE`; empty lines and those that begin with `#` say nothing.
    private func environment(_ source: Located<String>) throws -> [(key: String, value: Data)] {
        guard let text = String(data: try read(source), encoding: .utf8) else {
            throw KustomizationFolder.wrong("\(source.value) is no text", source.location)
        }
        var pairs: [(key: String, value: Data)] = []
        let lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            var line = line.drop { $0 == " " || $0 == "\t" }
            if number == 0, line.unicodeScalars.first == "\u{FEFF}" {
                line = Substring(line.unicodeScalars.dropFirst())
            }
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            guard let equals = line.firstIndex(of: "=") else {
                throw DiagnosticsError([
                    Diagnostic(
                        rule: "kustomization",
                        "The line \"\(line)\" gives no value",
                        at: SourceLocation(file: folder.named(source.value), line: number + 1, column: 1),
                        help:
                            "Write KEY=VALUE. Values from the machine's own environment would make every build differ."
                    )
                ])
            }
            pairs.append((String(line[..<equals]), Data(line[line.index(after: equals)...].utf8)))
        }
        return pairs
    }

    private func read(_ path: Located<String>) throws -> Data {
        let url = try folder.file(path)
        let data = try Data(contentsOf: url)
        // The API refuses larger objects.
        guard data.count <= 1 << 20 else {
            throw KustomizationFolder.wrong("\(path.value) is larger than a megabyte", path.location)
        }
        return data
    }
}
