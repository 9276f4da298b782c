import Core
import Foundation
import Hummingbird

/// `github.actions.results.api.v1.ArtifactService`: what `@actions/artifact` 2 and later speaks.
struct ArtifactService: Sendable {
    let store: ArtifactStore
    let blobs: BlobStore
    let access: ServiceAccess
    private let pending = PendingUploads()

    init(store: ArtifactStore, blobs: BlobStore, access: ServiceAccess) {
        self.store = store
        self.blobs = blobs
        self.access = access
    }

    func add(to router: Router<BasicRequestContext>) {
        let base = "twirp/github.actions.results.api.v1.ArtifactService"
        func call(_ name: String, _ body: @escaping @Sendable (TwirpMessage, ServiceGrant) async throws -> JSON) {
            router.post("\(base)/\(name)") { request, _ in
                let grant = try await access.grant(of: request)
                return Response.json(try await body(try await TwirpMessage(request), grant))
            }
        }
        call("CreateArtifact", create)
        call("FinalizeArtifact", finalize)
        call("ListArtifacts", list)
        call("GetSignedArtifactURL", signedURL)
        call("DeleteArtifact", delete)
    }

    private func create(_ message: TwirpMessage, _ grant: ServiceGrant) async throws -> JSON {
        let name = try message.required("name")
        do {
            try ArtifactNames.check(name: name)
        } catch {
            throw TwirpError.invalid(error.message)
        }
        guard try store.artifact(named: name) == nil else {
            throw TwirpError.conflict("an artifact with this name on the workflow run")
        }
        let upload = try await blobs.upload()
        await pending.begin(name, upload.id)
        return ["ok": true, "signed_upload_url": .string(upload.url)]
    }

    /// Takes the uploaded archive apart, so that the artifact is the same as one that `upload-artifact` here stored.
    private func finalize(_ message: TwirpMessage, _ grant: ServiceGrant) async throws -> JSON {
        let name = try message.required("name")
        guard let id = await pending.end(name), let archive = await blobs.file(id, forWriting: true) else {
            throw TwirpError.missing("the upload of \(name)")
        }
        let folder = archive.deletingLastPathComponent().appending(path: "files")
        let files = try ZipReader(archive).extract(to: folder)
        let artifact = try store.store(
            files.map { (source: folder.appending(path: $0).path, path: $0) },
            name: name,
            job: grant.job
        )
        // The archive itself stays: its digest is the one that the client has told its users.
        try FileManager.default.moveItem(at: archive, to: store.archive(of: artifact))
        await blobs.remove(id)
        return ["ok": true, "artifact_id": .string(String(artifact.id))]
    }

    private func list(_ message: TwirpMessage, _ grant: ServiceGrant) async throws -> JSON {
        let name = message.string("name_filter").map(store.shown)
        let id = message.number("id_filter")
        let found = try store.all().filter { artifact in
            (name == nil || artifact.name == name) && (id == nil || Int64(artifact.id) == id)
        }
        return [
            "artifacts": .array(
                try found.map { artifact in
                    let archive = try prepared(artifact)
                    let size = try archive.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
                    let attributes = try FileManager.default.attributesOfItem(atPath: archive.path)
                    let created = attributes[.modificationDate] as? Date ?? Date()
                    return [
                        "workflow_run_backend_id": .string(grant.run),
                        "workflow_job_run_backend_id": .string(artifact.job),
                        "database_id": .string(String(artifact.id)), "name": .string(artifact.name),
                        "size": .string(String(size)), "created_at": .string(created.formatted(.iso8601)),
                        "digest": .string("sha256:\(try FileDigest.sha256(of: archive.path).hexadecimal)"),
                    ]
                }
            )
        ]
    }

    private func signedURL(_ message: TwirpMessage, _ grant: ServiceGrant) async throws -> JSON {
        let name = try message.required("name")
        guard let artifact = try store.artifact(named: name) else { throw TwirpError.missing("artifact \(name)") }
        return ["signed_url": .string(await blobs.download(try prepared(artifact)))]
    }

    private func delete(_ message: TwirpMessage, _ grant: ServiceGrant) async throws -> JSON {
        let name = try message.required("name")
        guard let artifact = try store.artifact(named: name) else { throw TwirpError.missing("artifact \(name)") }
        try store.remove(artifact)
        return ["ok": true, "artifact_id": .string(String(artifact.id))]
    }

    /// The artifact as an archive, made once.
    private func prepared(_ artifact: ArtifactStore.Artifact) throws -> URL {
        let archive = store.archive(of: artifact)
        if !FileManager.default.fileExists(atPath: archive.path) {
            let temporary = archive.appendingPathExtension(UUID().uuidString)
            try ZipWriter.write(folder: store.content(of: artifact), to: temporary)
            guard rename(temporary.path, archive.path) == 0 else {
                throw SlipwayError(.external, "Cannot write \(archive.path)", why: String(cString: strerror(errno)))
            }
        }
        return archive
    }
}

/// Uploads that were begun and not ended: a name is taken from its beginning.
private actor PendingUploads {
    private var uploads: [String: String] = [:]

    /// A second upload of the name replaces one that was never ended, as a retried step does.
    func begin(_ name: String, _ id: String) { uploads[name] = id }

    func end(_ name: String) -> String? { uploads.removeValue(forKey: name) }
}
