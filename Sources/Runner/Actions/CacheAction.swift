import Core
import Foundation
import Workflows

/// `actions/cache`, `actions/cache/restore` and `actions/cache/save`.
struct CacheAction: BuiltInAction {
    enum Part: Sendable { case both, restore, save }

    let part: Part

    var hasPost: Bool { part == .both }

    var inputs: [String: String] {
        var inputs = ["path": "", "key": "", "upload-chunk-size": "", "enablecrossosarchive": "false"]
        if part != .save {
            inputs["restore-keys"] = ""
            inputs["fail-on-cache-miss"] = "false"
            inputs["lookup-only"] = "false"
        }
        if part == .both { inputs["save-always"] = "false" }
        return inputs
    }

    func main(_ call: ActionCall) async throws {
        if part == .save { try await save(call) } else { try await restore(call) }
    }

    func post(_ call: ActionCall) async throws { try await save(call) }

    // MARK: - Restore

    private func restore(_ call: ActionCall) async throws {
        let key = call.input("key")
        let paths = call.lines("path")
        guard !key.isEmpty else { throw StepFailure("Input required and not supplied: key") }
        guard !paths.isEmpty else { throw StepFailure("Input required and not supplied: path") }
        let keys = [key] + call.lines("restore-keys")
        try Self.check(keys)
        call.saveState("CACHE_KEY", key)
        call.setOutput("cache-primary-key", key)
        let found = try call.run.caches.find(
            keys: keys,
            version: CacheStore.version(paths: paths),
            refs: call.run.cacheRefs
        )
        guard let entry = found else {
            if try call.flag("fail-on-cache-miss") {
                throw StepFailure(
                    "Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: \(key)"
                )
            }
            call.info("Cache not found for input keys: \(keys.joined(separator: ", "))")
            // The original leaves `cache-hit` empty where nothing was found at all.
            call.setOutput("cache-hit", "")
            return
        }
        call.saveState("CACHE_RESULT", entry.key)
        call.setOutput("cache-matched-key", entry.key)
        let isExact = entry.key.lowercased() == key.lowercased()
        call.setOutput("cache-hit", String(isExact))
        if try call.flag("lookup-only") {
            call.info("Cache found and can be restored from key: \(entry.key)")
        } else {
            try await call.run.caches.restore(entry, workspace: call.workspace)
            call.info("Cache Size: \(entry.size) B")
            call.info("Cache restored from key: \(entry.key)")
        }
    }

    // MARK: - Save

    private func save(_ call: ActionCall) async throws {
        let key = call.state["CACHE_KEY"] ?? call.input("key")
        let paths = call.lines("path")
        guard !key.isEmpty else {
            call.warning("Key is not specified.")
            return
        }
        guard !paths.isEmpty else { throw StepFailure("Input required and not supplied: path") }
        try Self.check([key])
        if call.state["CACHE_RESULT"]?.lowercased() == key.lowercased() {
            call.info("Cache hit occurred on the primary key \(key), not saving cache.")
            return
        }
        let resolved = try resolve(paths, call)
        guard !resolved.isEmpty else {
            call.warning(
                "Path Validation Error: Path(s) specified in the action for caching do(es) not exist, "
                    + "hence no cache is being saved."
            )
            return
        }
        let entry = try await call.run.caches.save(
            key: key,
            version: CacheStore.version(paths: paths),
            ref: call.run.event.ref,
            paths: resolved,
            workspace: call.workspace
        )
        if let entry {
            call.info("Cache Size: \(entry.size) B")
            call.info("Cache saved with key: \(key)")
        } else {
            call.info(
                "Failed to save: Unable to reserve cache with key \(key), another job may be creating this cache."
            )
        }
    }

    /// What the patterns match now, relative to the workspace where it is inside.
    private func resolve(_ paths: [String], _ call: ActionCall) throws -> [String] {
        var options = FileSearch.Options()
        options.implicitDescendants = false
        options.includesFolders = true
        let text = paths.joined(separator: "\n")
        let search = FileSearch(text, root: call.workspace, home: call.home, options: options)
        return try search.files().map { path in
            if path == call.workspace { return "." }
            return path.hasPrefix(call.workspace + "/") ? String(path.dropFirst(call.workspace.count + 1)) : path
        }
    }

    private static func check(_ keys: [String]) throws(StepFailure) {
        guard keys.count <= 10 else { throw StepFailure("Key Validation Error: Keys are limited to a maximum of 10.") }
        for key in keys {
            if key.utf16.count > 512 {
                throw StepFailure("Key Validation Error: \(key) cannot be larger than 512 characters.")
            }
            if key.contains(",") { throw StepFailure("Key Validation Error: \(key) cannot contain commas.") }
        }
    }
}
