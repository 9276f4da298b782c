import Core
import Foundation

/// A base image with what has to be known of it: how it starts, and which files it has.
struct BaseImage {
    let name: String
    let digest: Digest
    let manifest: ImageManifest
    let config: ImageConfig
    let files: [ArchivePath: TreeNode]

    /// - Throws: `SlipwayError` where it is damaged or not built for the platform.
    init(_ image: Digest, name: String, platform: Platform, store: ImageStore) throws {
        self.name = name
        digest = try store.manifestDigest(image, platform: platform)
        manifest = try store.manifest(digest, platform: platform)
        config = try store.config(manifest)
        guard config.platform.satisfies(platform) else {
            throw SlipwayError(
                .invalidInput,
                "The base image \(name) is for \(config.platform), and the programs are for \(platform)",
                next: "Choose a base image that is built for \(platform)."
            )
        }
        guard config.diffIDs.count == manifest.layers.count else {
            throw SlipwayError(
                .invalidInput,
                "The base image \(name) is damaged",
                why: "It has \(manifest.layers.count) layers but \(config.diffIDs.count) diff_ids."
            )
        }
        files = try BaseFiles(store: store).of(digest, manifest, config)
    }
}

/// Lists the files of images, and remembers the list: a base image changes seldom and is long to read.
private struct BaseFiles {
    let store: ImageStore

    func of(_ digest: Digest, _ manifest: ImageManifest, _ config: ImageConfig) throws -> [ArchivePath: TreeNode] {
        let cache = store.directory.appending(path: "layer-cache").appending(path: "\(digest.hex).files")
        if let data = try? Data(contentsOf: cache), let known = FileList.decode(data) { return known }
        var list: [ArchivePath: TreeNode] = [:]
        var room = UnpackPolicy().maximumBytes
        for (layer, diffID) in zip(manifest.layers, config.diffIDs) {
            let source = try LayerSource(layer, diffID: diffID, in: store, limit: room)
            let reader = TarReader(source.tar)
            var overlay = LayerOverlay(&list)
            while let entry = try reader.next() { try overlay.apply(entry, to: &list) }
            try source.tar.drain()
            room -= source.size.count
        }
        try FileManager.default.createDirectory(
            at: cache.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try FileList.encode(list).write(to: cache, options: .atomic)
        return list
    }
}

/// One layer's effect on the list of files below it.
private struct LayerOverlay {
    /// What lower layers have left: whiteouts hide that, and nothing of their own layer.
    private let below: Set<ArchivePath>
    private var own: Set<ArchivePath> = []

    init(_ list: inout [ArchivePath: TreeNode]) { below = Set(list.keys) }

    mutating func apply(_ entry: TarEntry, to list: inout [ArchivePath: TreeNode]) throws {
        let path = try ArchivePath(untrusted: entry.path)
        guard !path.isRoot else { return }
        if path.name == Array(".wh..wh..opq".utf8) { return hide(below: path.parent, &list) }
        if path.name.starts(with: Array(".wh.".utf8)) {
            let hidden = path.parent.appending(Array(path.name.dropFirst(4)))
            if !own.contains(hidden) { list[hidden] = nil }
            return hide(below: hidden, &list)
        }
        own.insert(path)
        let content: TreeNode.Content
        switch entry.kind {
        case .directory: content = .directory
        case .symbolicLink: content = .link(entry.linkTarget)
        default: content = .bytes([])
        }
        if content != .directory, list[path]?.isDirectory == true { hide(below: path, &list) }
        list[path] = TreeNode(content: content, mode: entry.mode & 0o7777, uid: entry.uid, gid: entry.gid)
    }

    private func hide(below folder: ArchivePath, _ list: inout [ArchivePath: TreeNode]) {
        for path in below where path.isInside(folder) && path != folder && !own.contains(path) { list[path] = nil }
    }
}

/// A list of files as bytes: fields end with NUL, which no path holds.
private enum FileList {
    static func encode(_ list: [ArchivePath: TreeNode]) -> Data {
        var data = Data()
        for path in list.keys.sorted() {
            guard let node = list[path] else { continue }
            var target: [UInt8] = []
            var kind = "f"
            switch node.content {
            case .directory: kind = "d"
            case .link(let bytes): (kind, target) = ("l", bytes)
            case .bytes, .file: break
            }
            data.append(contentsOf: Array("\(kind)\0\(node.mode)\0\(node.uid)\0\(node.gid)\0".utf8))
            data.append(contentsOf: path.bytes + [0] + target + [0])
        }
        return data
    }

    static func decode(_ data: Data) -> [ArchivePath: TreeNode]? {
        let fields = data.split(separator: 0, omittingEmptySubsequences: false).dropLast()
        guard fields.count.isMultiple(of: 6) else { return nil }
        var list: [ArchivePath: TreeNode] = [:]
        var rest = fields[...]
        while !rest.isEmpty {
            let record = Array(rest.prefix(6))
            rest = rest.dropFirst(6)
            let numbers = record[1...3].compactMap { UInt32(String(decoding: $0, as: UTF8.self)) }
            guard numbers.count == 3 else { return nil }
            let content: TreeNode.Content
            switch record[0].first {
            case UInt8(ascii: "d"): content = .directory
            case UInt8(ascii: "l"): content = .link(Array(record[5]))
            case UInt8(ascii: "f"): content = .bytes([])
            default: return nil
            }
            let path = ArchivePath(components: ArchivePath.split(Array(record[4])))
            list[path] = TreeNode(content: content, mode: numbers[0], uid: numbers[1], gid: numbers[2])
        }
        return list
    }
}
