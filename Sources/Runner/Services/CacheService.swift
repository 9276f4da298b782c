import Core
import Foundation
import Hummingbird

/// `github.actions.results.api.v1.CacheService`: what `@actions/cache` 4 and later speaks.
struct CacheService: Sendable {
    let store: CacheStore
    /// The ref that the run saves for, and those whose entries it may read.
    let ref: String
    let refs: [String]
    let scratch: String
    let blobs: BlobStore
    let access: ServiceAccess
    private let pending = PendingEntries()

    init(store: CacheStore, ref: String, refs: [String], scratch: String, blobs: BlobStore, access: ServiceAccess) {
        self.store = store
        self.ref = ref
        self.refs = refs
        self.scratch = scratch
        self.blobs = blobs
        self.access = access
    }

    /// Archives of clients are no entries of the built-in action, whatever their keys.
    private static func version(_ text: String) -> String { "archive:\(text)" }

    func add(to router: Router<BasicRequestContext>) {
        let base = "twirp/github.actions.results.api.v1.CacheService"
        func call(_ name: String, _ body: @escaping @Sendable (TwirpMessage) async throws -> JSON) {
            router.post("\(base)/\(name)") { request, _ in
                _ = try await access.grant(of: request)
                return Response.json(try await body(try await TwirpMessage(request)))
            }
        }
        call("CreateCacheEntry", create)
        call("FinalizeCacheEntryUpload", finalize)
        call("GetCacheEntryDownloadURL", downloadURL)
    }

    private func create(_ message: TwirpMessage) async throws -> JSON {
        let (key, version) = (try message.required("key"), try message.required("version"))
        guard try !store.contains(key: key, version: Self.version(version), ref: ref) else {
            throw TwirpError.conflict("a cache entry with the same key, version and scope")
        }
        let upload = try await blobs.upload()
        guard await pending.begin(key, version, upload.id) else {
            await blobs.remove(upload.id)
            throw TwirpError.conflict("a cache entry with the same key, version and scope")
        }
        return ["ok": true, "signed_upload_url": .string(upload.url), "message": ""]
    }

    private func finalize(_ message: TwirpMessage) async throws -> JSON {
        let (key, version) = (try message.required("key"), try message.required("version"))
        guard let id = await pending.end(key, version), let file = await blobs.file(id, forWriting: true) else {
            throw TwirpError.missing("the upload of \(key)")
        }
        let size = (try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0
        if let told = message.number("size_bytes"), told != Int64(size) {
            await blobs.remove(id)
            throw TwirpError.invalid("\(told) bytes were announced and \(size) bytes came")
        }
        let entry = try await store.save(
            key: key,
            version: Self.version(version),
            ref: ref,
            paths: [file.path],
            workspace: scratch
        )
        await blobs.remove(id)
        guard let entry else { throw TwirpError.conflict("a cache entry with the same key, version and scope") }
        return ["ok": true, "entry_id": .string(String(UInt64(entry.id.prefix(12), radix: 16) ?? 1)), "message": ""]
    }

    private func downloadURL(_ message: TwirpMessage) async throws -> JSON {
        let keys = [try message.required("key")] + message.strings("restore_keys")
        let version = Self.version(try message.required("version"))
        guard let entry = try store.find(keys: keys, version: version, refs: refs) else {
            return ["ok": false, "signed_download_url": "", "matched_key": ""]
        }
        store.markUsed(entry)
        return [
            "ok": true, "signed_download_url": .string(await blobs.download(store.file(of: entry))),
            "matched_key": .string(entry.key),
        ]
    }
}

/// Entries that are being uploaded: another job gets no second place for the same one.
private actor PendingEntries {
    private var uploads: [[String]: String] = [:]

    func begin(_ key: String, _ version: String, _ id: String) -> Bool {
        guard uploads[[key, version]] == nil else { return false }
        uploads[[key, version]] = id
        return true
    }

    func end(_ key: String, _ version: String) -> String? { uploads.removeValue(forKey: [key, version]) }
}
