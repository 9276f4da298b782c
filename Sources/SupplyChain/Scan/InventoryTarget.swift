import Core
import Foundation
import Images

/// What a user wants looked at, by how it was named.
package enum InventoryTarget: Sendable {
    case image(Digest, name: String, ImageStore)
    case folder(URL)
    case document(URL)

    /// - Parameters:
    ///   - text: `image:NAME`, `dir:PATH`, `sbom:FILE`, `oci:LAYOUT[:NAME]`; or a path that exists, or an image's name.
    ///   - store: Where images are looked up.
    /// - Throws: `SlipwayError` (`.invalidInput`) where there is no such thing.
    package init(_ text: String, store: ImageStore) throws {
        if let path = text.removing(prefix: "dir:") {
            self = .folder(try Self.existing(path, directory: true))
        } else if let path = text.removing(prefix: "sbom:") {
            self = .document(try Self.existing(path, directory: false))
        } else if let place = text.removing(prefix: "oci:") {
            self = try Self.layout(place)
        } else if let name = text.removing(prefix: "image:") {
            self = try Self.image(name, store)
        } else {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: text, isDirectory: &isDirectory) else {
                self = try Self.image(text, store)
                return
            }
            let url = URL(filePath: text)
            if !isDirectory.boolValue {
                self = .document(url)
            } else if ImageStore(directory: url).exists {
                self = try Self.layout(text)
            } else {
                self = .folder(url)
            }
        }
    }

    private static func existing(_ path: String, directory: Bool) throws -> URL {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
            isDirectory.boolValue == directory
        else {
            throw SlipwayError(.invalidInput, "There is no \(directory ? "folder" : "file") \(path)")
        }
        return URL(filePath: path)
    }

    private static func image(_ name: String, _ store: ImageStore) throws -> InventoryTarget {
        let reference = try ImageReference(parsing: name, defaultRegistry: "localhost")
        guard let descriptor = try store.resolve(reference) else {
            throw SlipwayError(
                .invalidInput,
                "There is neither a file or folder nor an image \(name)",
                why: "The layout \(store.directory.path) has no image \(reference).",
                next: "See `slipway image ls`, or build it with `slipway image build`."
            )
        }
        return .image(descriptor.digest, name: reference.description, store)
    }

    /// `DIRECTORY` with one image, or `DIRECTORY:NAME`.
    private static func layout(_ place: String) throws -> InventoryTarget {
        let whole = ImageStore(directory: URL(filePath: place))
        if whole.exists {
            let roots = try whole.roots()
            guard Set(roots.map(\.digest)).count == 1, let only = roots.first else {
                let names = try whole.entries().map(\.name).joined(separator: ", ")
                throw SlipwayError(
                    .invalidInput,
                    "\(place) does not hold exactly one image",
                    next: "Name one: oci:\(place):NAME. There are: \(names.isEmpty ? "none" : names)"
                )
            }
            return .image(only.digest, name: try whole.entries().first?.name ?? place, whole)
        }
        for colon in place.indices where place[colon] == ":" {
            let store = ImageStore(directory: URL(filePath: String(place[..<colon])))
            guard store.exists else { continue }
            let name = String(place[place.index(after: colon)...])
            guard let descriptor = try store.resolve(name: name) else {
                throw SlipwayError(.invalidInput, "There is no image \(name) in \(store.directory.path)")
            }
            return .image(descriptor.digest, name: name, store)
        }
        throw SlipwayError(.invalidInput, "\(place) is not an OCI image layout")
    }

    /// The folder that was named; nil for an image or a document.
    package var folder: URL? {
        if case .folder(let url) = self { url } else { nil }
    }

    package func read() async throws -> Inventory {
        try await Blocking.run {
            switch self {
            case .image(let digest, let name, let store): try ImageInventory.read(digest, named: name, from: store)
            case .folder(let url): try FolderInventory.read(url)
            case .document(let url):
                try SBOMReader.read(OpenFile.open(url).readAll(limit: 512 << 20, url.path)).inventory
            }
        }
    }

    /// When this counts as made: `SOURCE_DATE_EPOCH`, the image's own date, or its commit's; never the clock.
    package func date(environment: [String: String]) async throws -> String {
        if environment["SOURCE_DATE_EPOCH"]?.isEmpty == false {
            return try BuildStamp(environment: environment, revision: nil).text
        }
        switch self {
        case .image(let digest, _, let store):
            if let created = try store.config(store.manifest(digest)).created { return created }
            return BuildStamp(created: 0, systemFiles: 0).text
        case .folder(let url):
            return try BuildStamp(environment: [:], revision: await SourceRevision.read(at: url)).text
        case .document:
            return BuildStamp(created: 0, systemFiles: 0).text
        }
    }
}

extension String {
    fileprivate func removing(prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }
}
