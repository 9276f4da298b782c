import Core
import Foundation
import Testing

@testable import Runner

@Suite struct ZipTests {
    @Test func whatIsWrittenIsRead() throws {
        let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "zip-\(UUID().uuidString.prefix(13))")
        defer { try? FolderCopy.remove(folder.path) }
        let files = ["a.txt": "hello", "ü/ß.txt": String(repeating: "x", count: 600_000), "empty": ""]
        try TestProject(root: folder.appending(path: "in")).write(files)
        let archive = folder.appending(path: "a.zip")
        try ZipWriter.write(folder: folder.appending(path: "in"), to: archive)
        let out = folder.appending(path: "out")
        #expect(try ZipReader(archive).extract(to: out).sorted() == files.keys.sorted())
        for (name, text) in files {
            #expect(FileManager.default.contents(atPath: out.appending(path: name).path) == Data(text.utf8))
        }
    }

    @Test func damagedArchivesAndPathsOutsideAreRefused() throws {
        let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "zip-\(UUID().uuidString.prefix(13))")
        defer { try? FolderCopy.remove(folder.path) }
        try TestProject(root: folder.appending(path: "in")).write(["abc/def.txt": "hello"])
        let archive = folder.appending(path: "a.zip")
        try ZipWriter.write(folder: folder.appending(path: "in"), to: archive)
        let good = try Data(contentsOf: archive)
        let changed = String(decoding: good, as: UTF8.self)
        #expect(changed.contains("abc/def.txt"))
        for (from, to) in [("abc/def.txt", "../../d.txt"), ("hello", "hallo"), ("PK\u{5}\u{6}", "PK\u{5}\u{7}")] {
            var bytes = good
            while let range = bytes.firstRange(of: Data(from.utf8)) {
                bytes.replaceSubrange(range, with: Data(to.utf8))
            }
            try bytes.write(to: archive)
            #expect(throws: SlipwayError.self) { try ZipReader(archive).extract(to: folder.appending(path: "out")) }
        }
    }
}
