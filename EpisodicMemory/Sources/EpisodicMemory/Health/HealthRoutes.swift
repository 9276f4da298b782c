import Hummingbird
import Logging

/// What a cluster and an operator ask about the process.
struct HealthRoutes {
    let lifecycle: Lifecycle
    let service: StoreHolder
    let version: String

    func add(to routes: inout Routes) {
        routes.on(.get, "/health", .open, health)
        routes.on(.get, "/health/liveness", .open, liveness)
        routes.on(.get, "/health/readiness", .open, readiness)
    }

    /// For people: always 200 while the process answers, with what it is and how it does.
    @Sendable
    private func health(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        .json { body in
            body.member("status", lifecycle.phase == .ready ? "ok" : lifecycle.phase.name)
            body.member("service", "episodic-memory-api")
            body.member("version", version)
            body.member("uptime_seconds", Int(lifecycle.uptime.components.seconds))
        }
    }

    /// Restarting helps only when the process itself is stuck, so the database plays no part here.
    @Sendable
    private func liveness(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        .json { body in body.member("status", "alive") }
    }

    /// Whether to send requests here: the database answers, and the process is not about to stop.
    @Sendable
    private func readiness(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        guard lifecycle.phase == .ready else { return notReady(lifecycle.phase.explanation) }
        do {
            try await service.store().check()
        } catch {
            context.logger.error("readiness check failed", metadata: ["error": "\(LoggableError(error))"])
            return notReady("the database does not answer")
        }
        return .json { body in body.member("status", "ready") }
    }

    private func notReady(_ reason: String) -> Response {
        .json(status: .serviceUnavailable) { body in
            body.member("status", "not ready")
            body.member("reason", reason)
        }
    }
}
