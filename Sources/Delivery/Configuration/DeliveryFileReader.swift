import Core
import Foundation

/// Reads `slipway.yml` wholly before anything happens, and reports every mistake at once.
package enum DeliveryFileReader {
    package static let fileName = "slipway.yml"

    /// The nearest folder upwards that holds the file, not beyond the repository; where none does, the folder itself.
    package static func folder(from start: URL) -> URL {
        var current = start.standardizedFileURL
        while true {
            if FileManager.default.fileExists(atPath: current.appending(path: fileName).path) { return current }
            let parent = current.deletingLastPathComponent().standardizedFileURL
            let isRepository = FileManager.default.fileExists(atPath: current.appending(path: ".git").path)
            if isRepository || parent.path == current.path { return start }
            current = parent
        }
    }

    /// - Throws: `SlipwayError` where the file is missing, `DiagnosticsError` with all that is wrong in it.
    package static func read(folder: URL) throws -> DeliveryFile {
        let url = folder.appending(path: fileName)
        guard let data = FileManager.default.contents(atPath: url.path) else {
            throw SlipwayError(
                .invalidInput,
                "There is no \(fileName) in \(folder.path(percentEncoded: false))",
                why: "it says where each environment lives and how a release to it is verified",
                next: "Run this in the repository's folder, or write the file: docs/delivery.md shows a complete one."
            )
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw SlipwayError(.invalidInput, "\(fileName) is not UTF-8 text")
        }
        return try parse(text, file: fileName, folder: folder)
    }

    package static func parse(_ text: String, file: String, folder: URL) throws -> DeliveryFile {
        guard let root = try YAMLParser.document(text, file: file) else {
            throw DiagnosticsError([
                Diagnostic(
                    rule: "empty-file",
                    "The file is empty",
                    at: SourceLocation(file: file, line: 1, column: 1),
                    help: "It needs at least \"environments\"."
                )
            ])
        }
        let diagnostics = DiagnosticList()
        let environments = environments(of: root, diagnostics: diagnostics)
        checkPromotions(environments, diagnostics: diagnostics)
        guard diagnostics.all.isEmpty else { throw DiagnosticsError(diagnostics.all) }
        return DeliveryFile(file: file, folder: folder, environments: environments)
    }

    private static func environments(of root: YAMLNode, diagnostics: DiagnosticList) -> [EnvironmentSettings] {
        let top = SettingsReader(
            root,
            name: "the file",
            allowed: EnvironmentReader.sharedKeys.union(["environments"]),
            diagnostics: diagnostics
        )
        guard root.mapping != nil else { return [] }
        guard let section = top.node("environments") else {
            diagnostics.add("missing-key", "The file has no \"environments\"", at: root.location)
            return []
        }
        guard let entries = section.mapping, !entries.isEmpty else {
            diagnostics.add(
                "wrong-type",
                "environments must be a mapping from names to settings, not \(section.kindName)",
                at: section.location
            )
            return []
        }
        let shared = YAMLNode(
            .mapping((root.mapping ?? []).filter { EnvironmentReader.sharedKeys.contains($0.key) }),
            at: root.location
        )
        return entries.compactMap { entry in
            guard entry.key.wholeMatch(of: /[a-z0-9]([-a-z0-9]*[a-z0-9])?/) != nil else {
                diagnostics.add(
                    "invalid-value",
                    "\"\(entry.key)\" is no name for an environment: lower-case letters, digits and hyphens",
                    at: entry.keyLocation
                )
                return nil
            }
            return EnvironmentReader(name: entry.key, node: entry.value, shared: shared, diagnostics: diagnostics)
                .read()
        }
    }

    private static func checkPromotions(_ environments: [EnvironmentSettings], diagnostics: DiagnosticList) {
        let names = environments.map(\.name)
        for environment in environments {
            guard let from = environment.promotion?.from else { continue }
            if from == environment.name || !names.contains(from) {
                diagnostics.add(
                    "invalid-value",
                    "promotion.from of \"\(environment.name)\" must name another environment of this file, not \"\(from)\"",
                    at: environment.location,
                    help: Suggestion.help(for: from, in: names.filter { $0 != environment.name })
                )
            }
        }
    }
}
