import Core
import Foundation

/// A folder in which paths are resolved as if it were `/`: no component, link or `..` leads out of it.
///
/// Each component is opened relative to the folder before it without following links; a link is read and resolved
/// by us, inside the root. So a link that somebody swaps in at any moment changes nothing: there are no checks on
/// strings that a later step could contradict.
package final class RootDirectory {
    /// Links followed for one path, as in the Linux kernel.
    private static let maximumLinks = 40
    /// Folders open at once while one path is resolved.
    private static let maximumDepth = 256

    let root: OpenFile

    package init(_ url: URL) throws {
        root = try OpenFile.open(url, O_RDONLY | O_DIRECTORY)
    }

    /// Opens a folder, following links inside the root.
    ///
    /// - Parameters:
    ///   - path: Where the folder is.
    ///   - creating: Makes missing folders (mode 0755) on the way.
    /// - Returns: The open folder.
    /// - Throws: `SlipwayError` where it is missing, is no folder, or has too many links on the way.
    func directory(at path: ArchivePath, creating: Bool = false) throws -> OpenFile {
        try walk(path.components, creating: creating)
    }

    private func walk(_ components: [[UInt8]], creating: Bool) throws -> OpenFile {
        var open = [root]
        var pending = Array(components.reversed())
        var links = 0
        while let name = pending.popLast() {
            if name == Array("..".utf8) {
                if open.count > 1 { open.removeLast() }
                continue
            }
            let current = open[open.count - 1]
            switch try step(name, in: current, creating: creating) {
            case .directory(let next):
                open.append(next)
                guard open.count <= Self.maximumDepth else { throw refusal(components, "It is nested too deeply.") }
            case .link(let target):
                links += 1
                guard links <= Self.maximumLinks else { throw refusal(components, "Too many symbolic links.") }
                if target.first == UInt8(ascii: "/") { open = [root] }
                pending += ArchivePath.split(target).reversed()
                guard pending.count <= 4096 else { throw refusal(components, "Too many symbolic links.") }
            }
        }
        return open[open.count - 1]
    }

    private enum Step {
        case directory(OpenFile)
        case link([UInt8])
    }

    private func step(_ name: [UInt8], in folder: OpenFile, creating: Bool) throws -> Step {
        for _ in 0..<2 {
            let descriptor = retryingInterrupts {
                name.withPathPointer { openat(folder.descriptor, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
            }
            if descriptor >= 0 { return .directory(OpenFile(adopting: descriptor)) }
            let code = errno
            if code == ENOENT, creating {
                // EEXIST: somebody else was faster, or the name is a link; the next turn will see.
                if name.withPathPointer({ mkdirat(folder.descriptor, $0, 0o755) }) == 0 || errno == EEXIST { continue }
                throw SystemCallError.last("Cannot make the folder \"\(String(decoding: name, as: UTF8.self))\"")
            }
            // Linux says ENOTDIR and macOS ELOOP for a link that must not be followed.
            if code == ENOTDIR || code == ELOOP, let target = try folder.linkTarget(name) { return .link(target) }
            throw SystemCallError.make("Cannot open the folder \"\(String(decoding: name, as: UTF8.self))\"", code)
        }
        throw SystemCallError.make("Cannot make the folder \"\(String(decoding: name, as: UTF8.self))\"", ENOENT)
    }

    private func refusal(_ components: [[UInt8]], _ why: String) -> SlipwayError {
        let path = ArchivePath(components: components)
        return SlipwayError(.invalidInput, "The path \"\(path)\" is refused", why: why)
    }

    /// Opens a regular file for reading, following links inside the root; nil where there is none.
    package func file(at path: ArchivePath) throws -> OpenFile? {
        var path = path
        for _ in 0...Self.maximumLinks {
            guard !path.isRoot, let folder = try? walk(path.parent.components, creating: false) else { return nil }
            let descriptor = retryingInterrupts {
                path.name.withPathPointer {
                    openat(folder.descriptor, $0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
                }
            }
            if descriptor >= 0 {
                let file = OpenFile(adopting: descriptor)
                return try file.status().st_mode & S_IFMT == S_IFREG ? file : nil
            }
            guard let target = try folder.linkTarget(path.name) else { return nil }
            let base = target.first == UInt8(ascii: "/") ? [] : path.parent.components
            path = ArchivePath(components: base + ArchivePath.split(target))
        }
        return nil
    }

    /// The bytes of a small file of the tree, such as `/etc/passwd`, safe against links that lead out.
    ///
    /// - Returns: nil where there is no such regular file, or where it is larger than `limit` bytes.
    package func contents(of path: ArchivePath, limit: Int = 1 << 20) throws -> [UInt8]? {
        guard let file = try file(at: path) else { return nil }
        let size = Int(try file.status().st_size)
        guard size <= limit else { return nil }
        return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        }
    }
}

extension Array where Element == UInt8 {
    /// Calls `body` with the bytes as a C string.
    func withPathPointer<Value>(_ body: (UnsafePointer<CChar>) throws -> Value) rethrows -> Value {
        try withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { buffer in
            for (index, byte) in enumerated() { buffer.initializeElement(at: index, to: CChar(bitPattern: byte)) }
            buffer.initializeElement(at: count, to: 0)
            guard let pointer = UnsafePointer(buffer.baseAddress) else { preconditionFailure("a buffer of count + 1") }
            return try body(pointer)
        }
    }
}
