import Core
import Foundation
import Images

/// A layer described in a test, member by member.
package struct LayerFixture {
    package var members: [(entry: TarEntry, content: [UInt8])]

    package init(members: [(TarEntry, [UInt8])]) { self.members = members.map { (entry: $0.0, content: $0.1) } }

    package init(_ members: [Member]) { self.init(members: members.map { ($0.entry, $0.content) }) }

    package static func layer(_ members: Member...) -> LayerFixture {
        LayerFixture(members: members.map { ($0.entry, $0.content) })
    }

    package struct Member {
        package var entry: TarEntry
        package var content: [UInt8] = []

        package static func file(_ path: String, _ text: String, mode: UInt32 = 0o644, uid: UInt32 = 0) -> Member {
            let content = Array(text.utf8)
            let entry = TarEntry(
                path: Array(path.utf8),
                kind: .regular,
                mode: mode,
                uid: uid,
                gid: uid,
                size: Int64(content.count),
                modified: 1_000_000_000
            )
            return Member(entry: entry, content: content)
        }

        package static func folder(_ path: String, mode: UInt32 = 0o755) -> Member {
            Member(entry: TarEntry(path: Array(path.utf8), kind: .directory, mode: mode, modified: 1_000_000_000))
        }

        package static func link(_ path: String, to target: String) -> Member {
            make(path, .symbolicLink, target: target)
        }

        package static func hardLink(_ path: String, to target: String) -> Member {
            make(path, .hardLink, target: target)
        }

        package static func make(_ path: String, _ kind: TarEntry.Kind, target: String = "") -> Member {
            Member(
                entry: TarEntry(
                    path: Array(path.utf8),
                    kind: kind,
                    mode: 0o644,
                    modified: 1_000_000_000,
                    linkTarget: Array(target.utf8)
                )
            )
        }
    }

    /// The uncompressed archive.
    package func tar() throws -> [UInt8] {
        let sink = MemorySink()
        let writer = TarWriter(sink)
        for member in members {
            try writer.append(member.entry, content: member.content.isEmpty ? nil : MemorySource(member.content))
        }
        try writer.finish()
        return sink.bytes
    }
}

extension ImageStore {
    /// Stores an image with these layers (gzip) and returns its manifest's digest.
    package func storeImage(_ layers: [[UInt8]], diffIDs: [Digest]? = nil, name: String? = nil) throws -> Descriptor {
        var config = ImageConfig(platform: .current)
        var descriptors: [Descriptor] = []
        for tar in layers {
            config.diffIDs.append(Digest.of(tar))
            let blob = try makeBlobWriter()
            let gzip = try GzipEncoder(blob)
            try gzip.write(tar)
            try gzip.finish()
            descriptors.append(try blob.commit(mediaType: MediaType.gzipLayer))
        }
        config.diffIDs = diffIDs ?? config.diffIDs
        let manifest = ImageManifest(
            config: try write(config.json.data(), mediaType: MediaType.config),
            layers: descriptors
        )
        let descriptor = try write(manifest)
        if let name { try tag(descriptor, name: name) }
        return descriptor
    }
}
