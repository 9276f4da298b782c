import Core
import Foundation
import ImagesTestSupport
import Testing

@testable import Images

@Suite struct ImageUnpackerTests {
    typealias Member = LayerFixture.Member

    let folder: TemporaryFolder
    let store: ImageStore

    init() throws {
        folder = try TemporaryFolder()
        store = ImageStore(directory: folder.path("layout"))
    }

    /// Unpacks layers and lists what came of it, without owners and contents.
    private func unpack(_ layers: [[Member]], policy: UnpackPolicy = UnpackPolicy()) async throws -> URL {
        let tars = try layers.map { try LayerFixture(members: $0.map { ($0.entry, $0.content) }).tar() }
        let image = try store.storeImage(tars)
        let root = folder.path("root")
        try await ImageUnpacker(policy: policy).unpack(manifest: image.digest, from: store, into: root)
        return root
    }

    private func names(_ root: URL) throws -> [String] {
        (FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []).sorted()
    }

    private func text(_ root: URL, _ name: String) throws -> String {
        try String(contentsOf: root.appending(path: name), encoding: .utf8)
    }

    @Test func laysLayersOverEachOther() async throws {
        let root = try await unpack([
            [.folder("a"), .file("a/x", "1"), .file("a/y", "1"), .file("b", "1"), .link("l", to: "b")],
            [.file("a/x", "2"), .folder("b"), .file("b/z", "2"), .file("l", "2")],
        ])
        #expect(try names(root) == ["a", "a/x", "a/y", "b", "b/z", "l"])
        #expect(try text(root, "a/x") == "2")
        #expect(try text(root, "l") == "2", "a file replaces a link; it is not written through it")
    }

    @Test func setsModesTimesAndOwners() async throws {
        let root = try await unpack([
            [.folder("d", mode: 0o555), .file("d/f", "x", mode: 0o640, uid: 1234), .file("s", "x", mode: 0o6755)]
        ])
        var status = stat()
        #expect(stat(root.appending(path: "d").path, &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o555)
        #expect(status.st_mtim.tv_sec == 1_000_000_000)
        #expect(stat(root.appending(path: "d/f").path, &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o640)
        #expect(status.st_mtim.tv_sec == 1_000_000_000)
        if Tool.isRoot { #expect(status.st_uid == 1234 && status.st_gid == 1234) }
        #expect(stat(root.appending(path: "s").path, &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o755, "set-uid files would hand out rights on the host")
    }

    @Test func appliesWhiteoutsToLowerLayersOnly() async throws {
        let root = try await unpack([
            [.folder("a"), .file("a/x", "1"), .file("a/y", "1"), .folder("o"), .file("o/p", "1"), .file("o/q", "1")],
            [.file("a/.wh.x", ""), .file("o/new", "2"), .file("o/.wh..wh..opq", ""), .file("a/x2", "2")],
            [.file("gone/.wh.nothing", ""), .file(".wh..wh.plnk", ""), .file("a/y", "3"), .file("a/.wh.y", "")],
        ])
        #expect(try names(root) == ["a", "a/x2", "a/y", "o", "o/new"])
        #expect(try text(root, "a/y") == "3", "a layer's whiteout does not hide its own file")
    }

    @Test func anOpaqueFolderHidesDeepDown() async throws {
        let root = try await unpack([
            [.folder("o"), .folder("o/d"), .file("o/d/old", "1"), .file("o/e", "1")],
            [.folder("o"), .folder("o/d"), .file("o/d/new", "2"), .file("o/.wh..wh..opq", "")],
        ])
        #expect(try names(root) == ["o", "o/d", "o/d/new"])
    }

    @Test func resolvesLinksInsideTheRoot() async throws {
        let outside = try folder.write("untouched", to: "outside/file")
        let root = try await unpack([
            [
                .link("absolute", to: "/real"), .folder("real"), .link("up", to: "../../../../real"),
                .link("lib", to: "usr/lib"), .folder("usr/lib"), .link("missing", to: "/made/later"),
            ],
            [
                .file("absolute/a", "1"), .file("up/b", "2"), .file("lib/c", "3"), .file("missing/d", "4"),
                .link("evil", to: outside.deletingLastPathComponent().path), .file("evil/file", "5"),
            ],
        ])
        #expect(try text(root, "real/a") == "1")
        #expect(try text(root, "real/b") == "2")
        #expect(try text(root, "usr/lib/c") == "3")
        #expect(try text(root, "made/later/d") == "4")
        #expect(try String(contentsOf: outside, encoding: .utf8) == "untouched")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: root.path + "/lib") == "usr/lib")
    }

    @Test func makesHardLinksAndPipes() async throws {
        let root = try await unpack([
            [.file("a", "x"), .hardLink("b", to: "a"), .link("l", to: "/etc/passwd"), .hardLink("m", to: "l")],
            [.hardLink("c", to: "a"), .make("p", .fifo)],
        ])
        var status = stat()
        #expect(stat(root.appending(path: "c").path, &status) == 0 && status.st_nlink == 3)
        #expect(lstat(root.appending(path: "m").path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        #expect(lstat(root.appending(path: "p").path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    }

    static let malicious: [(String, [[Member]])] = [
        ("a parent component", [[.file("../escape", "x")]]),
        ("a parent component inside", [[.folder("a"), .file("a/../../escape", "x")]]),
        ("an absolute path", [[.file("/escape", "x")]]),
        ("a device node", [[.make("dev", .characterDevice)]]),
        ("a block device", [[.make("disk", .blockDevice)]]),
        ("a hard link upwards", [[.hardLink("h", to: "../outside/file")]]),
        ("an absolute hard link", [[.hardLink("h", to: "/etc/passwd")]]),
        ("a hard link through a link", [[.link("l", to: "/../../outside")], [.hardLink("h", to: "l/file")]]),
        ("a hard link to nothing", [[.hardLink("h", to: "nothing")]]),
        ("a duplicate", [[.file("a", "1"), .file("a", "2")]]),
        ("a folder replaced in its own layer", [[.folder("a"), .file("a/x", "1"), .link("a", to: "/tmp")]]),
        ("a whiteout of the parent", [[.file(".wh...", "")]]),
        ("a whiteout of nothing", [[.file(".wh.", "")]]),
        ("a link circle", [[.link("a", to: "b"), .link("b", to: "a")], [.file("a/x", "1")]]),
        ("an empty link", [[.link("a", to: "")]]),
        ("a file as a folder", [[.file("a", "1")], [.file("a/b", "1")]]),
        ("a long component", [[.file(String(repeating: "x", count: 256), "1")]]),
        ("deep nesting", [[.folder(String(repeating: "d/", count: 400))]]),
    ]

    @Test(arguments: malicious)
    func refusesAHostileLayer(what: String, layers: [[Member]]) async throws {
        let outside = try folder.write("untouched", to: "outside/file")
        let before = try listing(of: folder.path("outside"))
        await #expect(throws: SlipwayError.self) { try await unpack(layers) }
        #expect(try listing(of: folder.path("outside")) == before)
        #expect(try String(contentsOf: outside, encoding: .utf8) == "untouched")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
        #expect(left == ["layout", "outside"], "nothing half-made stays")
    }

    @Test func stopsBombs() async throws {
        let zeros = String(repeating: "\0", count: 1 << 20)
        await #expect(throws: SlipwayError.self) {
            try await unpack([[.file("z", zeros)]], policy: UnpackPolicy(maximumBytes: 1 << 19))
        }
        await #expect(throws: SlipwayError.self, "the limit is for all layers together") {
            try await unpack([[.file("a", zeros)], [.file("b", zeros)]], policy: UnpackPolicy(maximumBytes: 3 << 19))
        }
        let many = (0..<100).map { Member.file("f\($0)", "") }
        await #expect(throws: SlipwayError.self) { try await unpack([many], policy: UnpackPolicy(maximumEntries: 99)) }
        #expect(!FileManager.default.fileExists(atPath: folder.path("root").path))
    }

    @Test func refusesSetIDWhereThePolicySaysSo() async throws {
        await #expect(throws: SlipwayError.self) {
            try await unpack([[.file("s", "x", mode: 0o4755)]], policy: UnpackPolicy(setID: .refuse))
        }
        let root = try await unpack([[.file("s", "x", mode: 0o4755)]], policy: UnpackPolicy(setID: .keep))
        var status = stat()
        #expect(stat(root.appending(path: "s").path, &status) == 0 && status.st_mode & 0o7777 == 0o4755)
    }

    @Test func verifiesDiffIDs() async throws {
        let tar = try LayerFixture.layer(.file("a", "1")).tar()
        let wrong = try store.storeImage([tar], diffIDs: [Digest.of(Data("other".utf8))])
        let tooMany = try store.storeImage([tar], diffIDs: [Digest.of(tar), Digest.of(tar)])
        for image in [wrong, tooMany] {
            await #expect(throws: SlipwayError.self) {
                try await ImageUnpacker().unpack(manifest: image.digest, from: store, into: folder.path("root"))
            }
            #expect(!FileManager.default.fileExists(atPath: folder.path("root").path))
        }
    }

    @Test func verifiesTheLayersDigest() async throws {
        let image = try store.storeImage([try LayerFixture.layer(.file("a", "1")).tar()])
        let layer = try store.manifest(image.digest).layers[0]
        var data = try Data(contentsOf: store.path(of: layer.digest))
        data[9] = 3  // gzip's system byte: the content stays the same
        try data.write(to: store.path(of: layer.digest))
        await #expect(throws: SlipwayError.self) {
            try await ImageUnpacker().unpack(manifest: image.digest, from: store, into: folder.path("root"))
        }
    }

    @Test func doesNotTouchAFolderThatIsInUse() async throws {
        try folder.write("mine", to: "root/file")
        await #expect(throws: SlipwayError.self) { try await unpack([[.file("a", "1")]]) }
        #expect(try names(folder.path("root")) == ["file"])
    }

    @Test func sharesOneTreeBetweenManyAskers() async throws {
        let image = try store.storeImage([try LayerFixture.layer(.file("a", "1")).tar()])
        let shared = folder.path("shared")
        let store = store
        let roots = try await withThrowingTaskGroup(of: URL.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await ImageUnpacker().sharedRoot(manifest: image.digest, from: store, under: shared)
                }
            }
            return try await group.reduce(into: Set<URL>()) { $0.insert($1) }
        }
        #expect(roots.count == 1)
        let root = try #require(roots.first)
        #expect(try text(root, "a") == "1")
        let trees = try FileManager.default.contentsOfDirectory(atPath: shared.path).filter { !$0.hasPrefix(".") }
        #expect(trees == [root.lastPathComponent])
    }

    @Test func readsFilesOfATreeWithoutLeavingIt() async throws {
        let outside = try folder.write("secret", to: "outside/file")
        let root = try await unpack([
            [
                .folder("etc"), .file("etc/passwd", "root"), .link("relative", to: "etc/passwd"),
                .link("absolute", to: "/etc/passwd"), .link("evil", to: outside.path), .link("dir", to: "/etc"),
                .link("loop", to: "loop"),
            ]
        ])
        let tree = try RootDirectory(root)
        for name in ["etc/passwd", "relative", "absolute", "dir/passwd"] {
            #expect(try tree.contents(of: ArchivePath(name)) == Array("root".utf8), "\(name)")
        }
        for name in ["evil", "loop", "etc", "nothing", "etc/passwd/x"] {
            #expect(try tree.contents(of: ArchivePath(name)) == nil, "\(name)")
        }
    }

    @Test(.enabled(if: Tool.has("umoci") && Tool.isRoot, "umoci is not installed, or this is not root"))
    func unpacksAsUmociDoes() async throws {
        let layers: [[Member]] = [
            [
                .folder("usr"), .folder("usr/lib"), .link("lib", to: "usr/lib"), .file("usr/lib/a", "1", uid: 7),
                .folder("etc", mode: 0o700), .file("etc/x", "1", mode: 0o600), .hardLink("etc/y", to: "etc/x"),
                .folder("var"), .file("var/old", "1"), .folder("tmp", mode: 0o1777), .link("dangling", to: "/no"),
            ],
            [.file("lib/b", "2"), .file("etc/.wh.x", ""), .file("var/.wh..wh..opq", ""), .file("var/new", "2")],
            [
                .folder("var"), .folder("var/deep"), .file("var/deep/z", "3"), .file(".wh.dangling", ""),
                .file("tmp/t", "3"),
            ],
        ]
        let tars = try layers.map { try LayerFixture(members: $0.map { ($0.entry, $0.content) }).tar() }
        let image = try store.storeImage(tars, name: "test")
        try await ImageUnpacker().unpack(manifest: image.digest, from: store, into: folder.path("ours"))
        let other = try await Tool.run(
            "umoci",
            ["unpack", "--image", "\(store.directory.path):test", folder.path("bundle").path]
        )
        #expect(other.succeeded, "\(other.error)")
        #expect(try listing(of: folder.path("ours")) == listing(of: folder.path("bundle/rootfs")))
    }
}
