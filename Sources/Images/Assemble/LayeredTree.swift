import Core
import Foundation

/// A file of a layer that is being put together.
struct TreeNode: Sendable, Hashable {
    enum Content: Sendable, Hashable {
        case directory
        case bytes([UInt8])
        /// A file on this machine, with its size when it was looked at.
        case file(URL, size: Int64)
        case link([UInt8])
    }

    var content: Content
    var mode: UInt32
    var uid: UInt32 = 0
    var gid: UInt32 = 0

    static let folder = TreeNode(content: .directory, mode: 0o755)
    static func file(_ bytes: [UInt8], mode: UInt32 = 0o644) -> TreeNode {
        TreeNode(content: .bytes(bytes), mode: mode)
    }
    // slipway:allow(world-writable-file) the mode of every symbolic link
    static func link(_ target: String) -> TreeNode { TreeNode(content: .link(Array(target.utf8)), mode: 0o777) }

    var isDirectory: Bool { content == .directory }
}

/// The layers of an image that is being put together, lowest first, as one file system.
///
/// A path is resolved through the links that are already there, so that nothing put into `/lib` replaces the link
/// `/lib -> usr/lib` of a merged system by a folder.
struct LayeredTree: Sendable {
    private(set) var layers: [[ArchivePath: TreeNode]] = []

    mutating func beginLayer() { layers.append([:]) }

    /// What lies at a path that is free of links, seen from the top.
    func node(at path: ArchivePath) -> TreeNode? {
        if path.isRoot { return .folder }
        for layer in layers.reversed() { if let node = layer[path] { return node } }
        return nil
    }

    /// Adds something to the topmost layer, and the folders above it.
    ///
    /// - Throws: `SlipwayError` (`.invalidInput`) where something else is there already.
    mutating func add(_ node: TreeNode, at path: ArchivePath, from source: String) throws {
        guard !path.isRoot else { return }
        let place = try resolve(path.parent, depth: 0).appending(path.name)
        if let existing = self.node(at: place) {
            if existing == node { return }
            // A folder's own settings replace those it got as somebody's parent.
            let parentOnly = existing == .folder && node.isDirectory
            guard parentOnly || (existing.isDirectory && node == .folder) else {
                throw SlipwayError(
                    .invalidInput,
                    "Two different files are to be at /\(place) in the image",
                    why: "One of them is \(source).",
                    next: "Give one of them another place."
                )
            }
            if !parentOnly { return }
        }
        addParents(of: place)
        layers[layers.count - 1][place] = node
    }

    private mutating func addParents(of path: ArchivePath) {
        var folder = path.parent
        while !folder.isRoot, layers[layers.count - 1][folder] == nil {
            // Every layer lists its folders; a folder of a lower layer keeps its mode and owner.
            layers[layers.count - 1][folder] = node(at: folder) ?? .folder
            folder = folder.parent
        }
    }

    private func resolve(_ path: ArchivePath, depth: Int) throws -> ArchivePath {
        guard depth < 40 else {
            throw SlipwayError(.invalidInput, "The links at /\(path) in the image lead in a circle")
        }
        var resolved = ArchivePath.root
        for (index, name) in path.components.enumerated() {
            let next = resolved.appending(name)
            guard let node = node(at: next) else {
                resolved = next
                continue
            }
            switch node.content {
            case .directory: resolved = next
            case .link(let target):
                let rest = ArchivePath(components: Array(path.components[(index + 1)...]))
                let base = target.first == UInt8(ascii: "/") ? ArchivePath.root : resolved
                var components = base.components
                for part in ArchivePath.split(target) {
                    if part == Array("..".utf8) { _ = components.popLast() } else { components.append(part) }
                }
                return try resolve(ArchivePath(components: components).appending(rest), depth: depth + 1)
            case .bytes, .file:
                throw SlipwayError(.invalidInput, "/\(next) in the image is a file and cannot hold /\(path)")
            }
        }
        return resolved
    }

    /// Whether a path leads to something, links followed.
    func contains(_ path: ArchivePath) -> Bool {
        guard let parent = try? resolve(path.parent, depth: 0) else { return false }
        let place = parent.appending(path.name)
        guard let node = node(at: place) else { return false }
        guard case .link = node.content else { return true }
        guard let target = try? resolve(place, depth: 0) else { return false }
        return target.isRoot || self.node(at: target) != nil
    }
}
