import Foundation

/// Cases in folders: adding one needs no code.
enum Fixtures {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    static let repository = root.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func folders(_ path: String) -> [String] {
        let folder = root.appending(path: path)
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }
}
