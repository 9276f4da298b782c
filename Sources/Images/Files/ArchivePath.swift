import Core

/// A path inside an image: components without `.` and `..`, relative to the image's root.
///
/// Names are bytes, as they are on Linux and in tar files; only a message turns them into text.
package struct ArchivePath: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let components: [[UInt8]]

    package init(components: [[UInt8]]) { self.components = components }

    package static let root = ArchivePath(components: [])

    /// Reads a path of our own making, such as `/usr/lib/os-release`.
    package init(_ text: String) { self.init(components: Self.split(Array(text.utf8))) }

    /// Reads a path from an archive.
    ///
    /// - Throws: `SlipwayError` (`.invalidInput`) for an absolute path, a `..` component, a NUL byte and absurd lengths:
    ///   no honest tool writes them, and each is a way to escape from a folder.
    package init(untrusted bytes: [UInt8]) throws {
        func refuse(_ why: String) -> SlipwayError {
            SlipwayError(
                .invalidInput,
                "The archive holds the path \"\(String(decoding: bytes.prefix(200), as: UTF8.self))\", which is refused",
                why: why
            )
        }
        guard bytes.first != UInt8(ascii: "/") else { throw refuse("It is absolute.") }
        guard !bytes.contains(0) else { throw refuse("It contains a NUL byte.") }
        guard bytes.count <= 4096 else { throw refuse("It is longer than 4096 bytes.") }
        let parts = Self.split(bytes)
        guard !parts.contains(Self.parent) else { throw refuse("It contains a \"..\" component.") }
        guard parts.allSatisfy({ $0.count <= 255 }) else { throw refuse("A component is longer than 255 bytes.") }
        self.init(components: parts)
    }

    private static let parent = Array("..".utf8)

    /// Components without empty ones and `.`; `..` stays.
    static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.split(separator: UInt8(ascii: "/")).map(Array.init).filter { $0 != [UInt8(ascii: ".")] }
    }

    package var isRoot: Bool { components.isEmpty }
    package var name: [UInt8] { components.last ?? [] }
    package var parent: ArchivePath { ArchivePath(components: Array(components.dropLast())) }
    /// The path with `/` between components and none in front.
    package var bytes: [UInt8] { Array(components.joined(separator: CollectionOfOne(UInt8(ascii: "/")))) }
    package var description: String { String(decoding: bytes, as: UTF8.self) }

    package func appending(_ component: [UInt8]) -> ArchivePath { ArchivePath(components: components + [component]) }
    package func appending(_ path: ArchivePath) -> ArchivePath {
        ArchivePath(components: components + path.components)
    }

    /// Whether this path is `folder` itself or lies below it.
    package func isInside(_ folder: ArchivePath) -> Bool { components.starts(with: folder.components) }

    /// The order of the paths' bytes: a folder comes before everything in it.
    package static func < (left: Self, right: Self) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}
