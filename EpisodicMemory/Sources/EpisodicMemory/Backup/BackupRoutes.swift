import Foundation
import Hummingbird
import NIOCore
import Synchronization

/// Whether the service is closed for repairs. Clients are told to come back.
final class Maintenance: Sendable {
    private let state = Mutex(false)

    var isOn: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    /// - Throws: `APIError` 503 while it is on.
    func check() throws(APIError) {
        if isOn { throw .unavailable("maintenance", "the service is in maintenance; try again later") }
    }
}

/// `/admin`: what the operator calls to keep the data safe.
struct BackupRoutes {
    let service: StoreHolder
    let maintenance: Maintenance
    let configuration: Configuration

    func add(to routes: inout Routes) {
        routes.on(.post, "/admin/backup", .admin, backup)
        routes.on(.post, "/admin/restore", .admin, restore)
        routes.on(.post, "/admin/maintenance", .admin, setMaintenance)
    }

    /// A consistent snapshot, as a SQLite database.
    @Sendable
    private func backup(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let store = try service.store()
        let file = TemporaryFile(in: configuration.spoolDirectory, suffix: ".backup")
        try await store.backup(to: file.path)
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file.path))
        let size = try handle.seekToEnd()
        try handle.seek(toOffset: 0)
        let reader = FileReader(handle: handle, file: file)
        return Response(
            status: .ok,
            headers: [.contentType: "application/vnd.sqlite3"],
            body: .init(contentLength: Int(size)) { writer in
                while let chunk = try reader.next() { try await writer.write(chunk) }
                try await writer.finish(nil)
            }
        )
    }

    /// Takes such a snapshot back. What was captured since is gone; so it asks for maintenance mode first.
    @Sendable
    private func restore(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let store = try service.store()
        guard maintenance.isOn else {
            throw APIError(
                status: .conflict,
                code: "not_in_maintenance",
                message: "restoring replaces all data; POST {\"enabled\": true} to /admin/maintenance first"
            )
        }
        let file = TemporaryFile(in: configuration.spoolDirectory, suffix: ".restore")
        try Data().write(to: URL(fileURLWithPath: file.path))
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file.path))
        for try await chunk in request.body { try handle.write(contentsOf: Data(chunk.readableBytesView)) }
        try handle.close()
        do {
            try await store.restore(from: file.path)
        } catch let error as BackupError {
            throw APIError(status: .unprocessableContent, code: "not_a_backup", message: error.description)
        }
        return .json { body in body.member("status", "restored") }
    }

    @Sendable
    private func setMaintenance(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        var fields = FieldReader(try await request.jsonObject(maximumBytes: configuration.maximumBodyBytes))
        let enabled = fields.bool("enabled")
        if enabled == nil, fields.problems.isEmpty { fields.reject("enabled", "is required: true or false") }
        try fields.finish()
        maintenance.isOn = enabled ?? false
        return .json { body in body.member("enabled", enabled ?? false) }
    }
}

/// A file that is removed with the last reference to it.
private final class TemporaryFile: Sendable {
    let path: String

    init(in directory: String, suffix: String) {
        path = "\(directory)/\(UUID().uuidString)\(suffix)"
    }

    deinit {
        // SQLite puts files of its own beside one that it has written to.
        for suffix in ["", "-wal", "-shm", "-journal"] {
            try? FileManager.default.removeItem(atPath: path + suffix)
        }
    }
}

/// Reads a file piece by piece for one response.
private final class FileReader: Sendable {
    private static let chunkSize = 262_144

    private let handle: Mutex<FileHandle>
    private let file: TemporaryFile

    init(handle: sending FileHandle, file: TemporaryFile) {
        self.handle = Mutex(handle)
        self.file = file
    }

    /// nil at the end.
    func next() throws -> ByteBuffer? {
        let data = try handle.withLock { try $0.read(upToCount: Self.chunkSize) }
        guard let data, !data.isEmpty else { return nil }
        return ByteBuffer(bytes: data)
    }
}
