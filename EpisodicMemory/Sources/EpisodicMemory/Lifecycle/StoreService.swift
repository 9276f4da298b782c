import Logging
import ServiceLifecycle
import Synchronization

/// Holds the store while it is open.
final class StoreHolder: Sendable {
    private let current = Mutex<(any EpisodeStorage)?>(nil)

    /// - Throws: `APIError` 503 while there is none.
    func store() throws(APIError) -> any EpisodeStorage {
        guard let store = current.withLock({ $0 }) else {
            throw .unavailable("starting", "the database is not open yet; try again in a moment")
        }
        return store
    }

    func put(_ store: (any EpisodeStorage)?) {
        current.withLock { $0 = store }
    }
}

/// Opens the store, which makes the process ready, and closes it after the last request.
struct StoreService: Service {
    let configuration: Configuration
    let holder: StoreHolder
    let quotas: QuotaMeter
    let lifecycle: Lifecycle
    let logger: Logger

    func run() async throws {
        let store = try await configuration.openStorage()
        try await store.warmUp()
        holder.put(store)
        lifecycle.becomeReady()
        logger.info("database open", metadata: ["location": "\(store.location)"])
        // Ends when asked to stop; cancelled, what follows is the same.
        await cancelWhenGracefulShutdown {
            await Housekeeping(store: store, quotas: quotas, configuration: configuration, logger: logger).run()
        }
        holder.put(nil)
        try await quotas.flush(to: store)
        try await store.close()
        logger.info("database closed")
    }
}
