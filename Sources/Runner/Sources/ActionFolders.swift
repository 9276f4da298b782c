import Core
import Foundation

/// Folders that stand for actions and workflows of other repositories (`--actions-from`).
package struct ActionFolders: Sendable {
    private var folders: [String: String] = [:]
    private var roots: [String] = []

    package init() {}

    /// Reads the options.
    ///
    /// Each is `owner/name@ref=FOLDER` or `owner/name=FOLDER` for one repository, or a folder that holds
    /// `owner/name@ref` or `owner/name`. Throws `SlipwayError` (`.invalidInput`) where a folder is missing.
    package init(_ options: [String], from current: String) throws {
        for option in options {
            let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
            let isOne = parts.count == 2 && parts[0].contains("/") && !FileManager.default.fileExists(atPath: option)
            let path = isOne ? parts[1] : option
            let folder = URL(filePath: path.hasPrefix("/") ? path : "\(current)/\(path)").standardizedFileURL.path
            guard Self.isFolder(folder) else {
                throw SlipwayError(.invalidInput, "--actions-from \(option): there is no folder \(folder)")
            }
            if isOne { folders[parts[0].lowercased()] = folder } else { roots.append(folder) }
        }
    }

    /// The folder for a repository at a ref; one that names the ref comes first.
    func folder(for reference: RemoteReference) -> String? {
        let names = [reference.description, reference.repository]
        for name in names {
            if let folder = folders[Self.key(name)] { return folder }
        }
        for root in roots {
            for name in names where Self.isFolder("\(root)/\(name)") { return "\(root)/\(name)" }
        }
        return nil
    }

    private static func key(_ name: String) -> String { name.lowercased() }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
