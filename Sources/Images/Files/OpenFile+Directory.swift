import Core
import Foundation

/// Operations on the entries of an open folder; none of them follows a link in the entry's own name.
extension OpenFile {
    /// What a symbolic link says; nil for anything that is no link.
    func linkTarget(_ name: [UInt8]) throws -> [UInt8]? {
        let capacity = Int(PATH_MAX) + 1
        var buffer = [CChar](repeating: 0, count: capacity)
        let count = name.withPathPointer { readlinkat(descriptor, $0, &buffer, capacity) }
        guard count >= 0 else {
            if errno == EINVAL || errno == ENOENT { return nil }
            throw SystemCallError.last("Cannot read the link \"\(String(decoding: name, as: UTF8.self))\"")
        }
        return buffer[..<count].map(UInt8.init(bitPattern:))
    }

    /// An entry's own status; nil where there is none.
    package func status(of name: [UInt8]) throws -> stat? {
        var status = stat()
        if name.withPathPointer({ fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 { return status }
        if errno == ENOENT { return nil }
        throw SystemCallError.last("Cannot examine \"\(String(decoding: name, as: UTF8.self))\"")
    }

    /// The names in this folder, without `.` and `..`, sorted by their bytes.
    package func entryNames() throws -> [[UInt8]] {
        let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { throw SystemCallError.last("Cannot list a folder") }
        guard let stream = fdopendir(copy) else {
            close(copy)
            throw SystemCallError.last("Cannot list a folder")
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
        }
        guard errno == 0 else { throw SystemCallError.last("Cannot list a folder") }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Opens a folder in this folder; never follows a link.
    package func subdirectory(_ name: [UInt8]) throws -> OpenFile {
        let child = retryingInterrupts {
            name.withPathPointer { openat(descriptor, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
        }
        guard child >= 0 else {
            throw SystemCallError.last("Cannot open the folder \"\(String(decoding: name, as: UTF8.self))\"")
        }
        return OpenFile(adopting: child)
    }

    /// Opens a file in this folder for reading; nil where it is a link, is gone, or may not be read.
    package func openFile(_ name: [UInt8]) throws -> OpenFile? {
        let child = retryingInterrupts {
            name.withPathPointer { openat(descriptor, $0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) }
        }
        return child >= 0 ? OpenFile(adopting: child) : nil
    }

    /// Removes an entry and, for a folder, all that is in it. Links are removed, never followed.
    func removeTree(_ name: [UInt8], depth: Int = 0) throws {
        guard let status = try status(of: name) else { return }
        let isDirectory = status.st_mode & S_IFMT == S_IFDIR
        if isDirectory {
            guard depth < 256 else {
                throw SlipwayError(.invalidInput, "A folder in the image is nested too deeply to be removed")
            }
            let folder = try subdirectory(name)
            for child in try folder.entryNames() { try folder.removeTree(child, depth: depth + 1) }
        }
        guard name.withPathPointer({ unlinkat(descriptor, $0, isDirectory ? Int32(AT_REMOVEDIR) : 0) }) == 0 else {
            throw SystemCallError.last("Cannot remove \"\(String(decoding: name, as: UTF8.self))\"")
        }
    }
}
