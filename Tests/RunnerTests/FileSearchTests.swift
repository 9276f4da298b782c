import Foundation
import Journal
import Testing

@testable import Runner

@Suite struct FileSearchTests {
    static let files = [
        "a.txt", "b.md", "dir/a.txt", "dir/sub/c.txt", "dir/sub/deep/d.txt", ".hidden/x.txt", "dir/.env", "we[i]rd.txt",
        "other/a.md", "Z.txt",
    ]

    private func search(_ patterns: String, _ options: FileSearch.Options = .init()) throws -> [String] {
        let root = URL(filePath: NSTemporaryDirectory()).resolvingSymlinksInPath()
            .appending(path: "search-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        for file in Self.files {
            let url = URL(filePath: "\(root)/\(file)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(file.utf8).write(to: url)
        }
        return try FileSearch(patterns, root: root, home: "\(root)/dir", options: options).files().map {
            $0 == root ? "." : String($0.dropFirst(root.count + 1))
        }
    }

    @Test(
        arguments: [
            ("*.txt", ["Z.txt", "a.txt", "we[i]rd.txt"]),
            ("a.txt", ["a.txt"]),
            ("./a.txt\n# comment\n\n b.md ", ["a.txt", "b.md"]),
            ("dir", ["dir/.env", "dir/a.txt", "dir/sub/c.txt", "dir/sub/deep/d.txt"]),
            ("dir/*", ["dir/.env", "dir/a.txt", "dir/sub/c.txt", "dir/sub/deep/d.txt"]),
            ("dir/**/*.txt", ["dir/a.txt", "dir/sub/c.txt", "dir/sub/deep/d.txt"]),
            ("**/a.*", ["a.txt", "dir/a.txt", "other/a.md"]),
            ("**/*.txt\n!dir/**", [".hidden/x.txt", "Z.txt", "a.txt", "we[i]rd.txt"]),
            ("dir\n!dir/sub\ndir/sub/c.txt", ["dir/.env", "dir/a.txt", "dir/sub/c.txt"]),
            ("dir/?.txt", ["dir/a.txt"]),
            ("[ab].*", ["a.txt", "b.md"]),
            ("[!ab].txt", ["Z.txt"]),
            ("[X-Z].txt", ["Z.txt"]),
            ("we[[]i]rd.txt", ["we[i]rd.txt"]),
            ("~/a.txt", ["dir/a.txt"]),
            ("*.{txt,md}", []),
            ("nothing/**", []),
            ("other/../dir/a.txt", ["dir/a.txt"]),
        ]
    )
    func findsWhatTheToolkitFinds(patterns: String, expected: [String]) throws {
        #expect(try search(patterns) == expected)
    }

    @Test func leavesHiddenFilesOutUnlessAsked() throws {
        var options = FileSearch.Options()
        options.includesHiddenFiles = false
        #expect(try search("**/*", options).contains { $0.contains(".env") || $0.contains(".hidden") } == false)
    }

    @Test func foldersCanBeResultsThemselves() throws {
        var options = FileSearch.Options()
        options.implicitDescendants = false
        options.includesFolders = true
        #expect(try search("dir\n*.md\nnowhere", options) == ["dir", "b.md"])
        #expect(try search(".", options) == ["."])
    }

    @Test func hashesRawDigestsInOrderAndNothingForNothing() throws {
        let root = URL(filePath: NSTemporaryDirectory()).resolvingSymlinksInPath()
            .appending(path: "hash-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        try Data("hello\n".utf8).write(to: URL(filePath: "\(root)/a.txt"))
        try Data("world\n".utf8).write(to: URL(filePath: "\(root)/b.txt"))
        // Worked out with: (sha256sum a.txt; sha256sum b.txt) | cut -c1-64 | xxd -r -p | sha256sum
        let expected = "96cb8058ed58b58f8fc0ad459bacf81108599b403e91674460ccb089f8ebb9db"
        #expect(try HashFiles.digest(patterns: ["*.txt"], workspace: root, home: "/") == expected)
        #expect(try HashFiles.digest(patterns: ["b.txt", "a.txt"], workspace: root, home: "/") != expected)
        #expect(try HashFiles.digest(patterns: ["*.none"], workspace: root, home: "/") == "")
        #expect(try HashFiles.digest(patterns: ["/etc/passwd"], workspace: root, home: "/") == "")
        #expect(throws: (any Error).self) {
            try HashFiles.digest(patterns: ["--wrong", "*"], workspace: root, home: "/")
        }
    }
}
