import Logging

/// What is done beside the requests, until the task is cancelled: counts that are written down late.
struct Housekeeping: Sendable {
    private static let interval: Duration = .seconds(1)

    let store: any EpisodeStorage
    let quotas: QuotaMeter
    let configuration: Configuration
    let logger: Logger

    func run() async {
        var consolidatedAt = ContinuousClock.now
        while !Task.isCancelled {
            if let interval = configuration.consolidationInterval, consolidatedAt.duration(to: .now) >= interval {
                await attempt("consolidation") { try await consolidate() }
                consolidatedAt = .now
            }
            await attempt("usage") { try await quotas.flush(to: store) }
            await attempt("uses") { try await store.flushUses() }
            try? await Task.sleep(for: Self.interval)
        }
    }

    private func consolidate() async throws {
        let outcome = try await store.consolidate(archiveAfter: configuration.archiveAfter, now: .now())
        guard let outcome, outcome != .init() else { return }
        logger.info(
            "consolidated",
            metadata: [
                "looked": "\(outcome.looked)", "merged": "\(outcome.merged)", "linked": "\(outcome.linked)",
                "archived": "\(outcome.archived)",
            ]
        )
    }

    /// What fails now is tried again next time; the requests go on.
    private func attempt(_ name: String, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch {
            logger.error("housekeeping failed", metadata: ["work": "\(name)", "error": "\(LoggableError(error))"])
        }
    }
}
