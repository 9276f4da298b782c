import Core
import Foundation
import Kubernetes

/// An object and where it was written.
package struct LocatedObject: Sendable, Hashable {
    package var object: KubernetesObject
    package let location: SourceLocation

    package init(object: KubernetesObject, location: SourceLocation) {
        self.object = object
        self.location = location
    }
}

/// Reads manifests: several YAML or JSON documents, lists flattened, every mistake with its place.
package enum ManifestReader {
    /// Text files larger than this are no manifests.
    static let sizeLimit = 16 << 20

    /// - Throws: `DiagnosticsError` with all that is wrong with the text.
    package static func read(
        _ text: String,
        file: String,
        dialect: ManifestDialect = .kubectl
    ) throws -> [LocatedObject] {
        var converter = ManifestConverter(text: text, dialect: dialect)
        var objects: [LocatedObject] = []
        for document in try YAMLParser.documents(text, file: file) {
            if document.scalar?.value.isNull ?? false { continue }
            objects += converter.objects(document)
        }
        guard converter.diagnostics.isEmpty else { throw DiagnosticsError(converter.diagnostics) }
        return objects
    }

    /// - Throws: `SlipwayError` where the file cannot be read, `DiagnosticsError` where it is wrong.
    package static func read(
        file url: URL,
        named name: String? = nil,
        dialect: ManifestDialect = .kubectl
    ) throws -> [LocatedObject] {
        try read(try text(of: url), file: name ?? url.path, dialect: dialect)
    }

    /// All manifests of a folder (not of its subfolders), in the order of the file names, as `kubectl apply -f` does.
    package static func read(folder url: URL, named name: String? = nil) throws -> [LocatedObject] {
        let files = try FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)
            .filter { ["yaml", "yml", "json"].contains($0.pathExtension) }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        return try files.flatMap { file in
            try read(file: file, named: "\(name ?? url.path)/\(file.lastPathComponent)")
        }
    }

    static func text(of url: URL) throws -> String {
        do {
            let size = try url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
            guard size <= sizeLimit else {
                throw SlipwayError(.invalidInput, "\(url.path) is too large for a manifest (\(size) bytes)")
            }
            return try String(contentsOf: url, encoding: .utf8)
        } catch let error as SlipwayError {
            throw error
        } catch {
            throw SlipwayError(.invalidInput, "Cannot read \(url.path)", why: error.localizedDescription)
        }
    }

    /// Plain values of a YAML text.
    static func value(_ node: YAMLNode, text: String, dialect: ManifestDialect) throws -> JSON {
        var converter = ManifestConverter(text: text, dialect: dialect)
        let value = converter.value(node)
        guard converter.diagnostics.isEmpty else { throw DiagnosticsError(converter.diagnostics) }
        return value
    }
}
