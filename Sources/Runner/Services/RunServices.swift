import Core
import Foundation
import Hummingbird
import Logging

/// The services that GitHub gives a run, on this machine: artifacts, caches and identity tokens, in the protocols that
/// the JavaScript originals of the actions speak.
///
/// They listen on loopback only, from the first step that may need them until the run ends.
actor RunServices {
    private var address: Task<String, any Error>?
    private var server: Task<Void, any Error>?
    private let access = ServiceAccess()

    /// Where the services are: `http://127.0.0.1:<port>`.
    ///
    /// - Throws: `StepFailure` where they cannot start.
    func url(_ run: RunContext) async throws -> String {
        if let address { return try await address.value }
        let address = Task { try await start(run) }
        self.address = address
        return try await address.value
    }

    /// A token for one job.
    func token(for grant: ServiceGrant) async -> String { await access.token(for: grant) }

    /// Ends the services; nothing may use them any more.
    func stop() async {
        server?.cancel()
        _ = await server?.result
        server = nil
        address = nil
    }

    private func start(_ run: RunContext) async throws -> String {
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let blobs = BlobStore(folder: run.layout.run.appending(path: "uploads"))
        let issuer = try IdentityIssuer(folder: run.layout.state.url.appending(path: "oidc"))
        let router = Router()
        ArtifactService(store: run.artifacts, blobs: blobs, access: access).add(to: router)
        CacheService(
            store: run.caches,
            ref: run.event.ref,
            refs: run.cacheRefs,
            scratch: run.layout.run.path,
            blobs: blobs,
            access: access
        ).add(to: router)
        BlobService(blobs: blobs).add(to: router)
        IdentityService(issuer: issuer, access: access).add(to: router)
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                continuation.yield(channel.localAddress?.port ?? 0)
            },
            logger: Self.logger
        )
        server = Task {
            defer { continuation.finish() }
            try await application.run()
        }
        for await port in ports where port > 0 {
            let url = "http://127.0.0.1:\(port)"
            await blobs.serve(at: url)
            await access.serve(at: url)
            return url
        }
        throw StepFailure("The services for artifacts and caches could not start on 127.0.0.1")
    }

    private static var logger: Logger {
        var logger = Logger(label: "slipway.services")
        logger.logLevel = .critical
        return logger
    }
}
