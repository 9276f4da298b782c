import Hummingbird

/// `/api/v1`: what agents call.
struct EpisodeRoutes {
    let service: StoreHolder
    let configuration: Configuration

    func add(to routes: inout Routes) {
        routes.on(.post, "/api/v1/capture", .tenant, capture)
        routes.on(.post, "/api/v1/search", .tenant, search)
        routes.on(.post, "/api/v1/reflect", .tenant, reflect)
        routes.on(.get, "/api/v1/episodes", .tenant, list)
        routes.on(.get, "/api/v1/episodes/{id}", .tenant, get)
        routes.on(.delete, "/api/v1/episodes/{id}", .tenant, delete)
        routes.on(.post, "/api/v1/episodes/{id}/feedback", .tenant, feedback)
        routes.on(.get, "/api/v1/stats", .tenant, statistics)
    }

    @Sendable
    private func capture(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let store = try service.store()
        let capture = try CaptureRequest(await body(of: request))
        let result = try await store.capture(capture, tenant: context.tenant)
        return .json(status: result.isNew ? .created : .ok) { body in
            body.member("id", result.id.description)
            body.member("created_at", result.createdAt.description)
            body.member("duplicate", !result.isNew)
        }
    }

    @Sendable
    private func search(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let store = try service.store()
        let search = try SearchRequest(await body(of: request))
        let hits = try await store.search(search, tenant: context.tenant)
        store.recordUse(of: hits)
        return .json { body in
            body.member("count", hits.count)
            body.arrayMember("episodes") { list in
                for hit in hits {
                    list.object { entry in
                        hit.stored.write(to: &entry)
                        hit.scores.write(to: &entry)
                    }
                }
            }
        }
    }

    @Sendable
    private func reflect(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let store = try service.store()
        let reflection = try ReflectRequest(await body(of: request))
        let verdict = try await store.reflect(reflection, tenant: context.tenant)
        if verdict.decision != .proceed { store.recordUse(of: verdict.failures.map(\.hit)) }
        return .json { body in verdict.write(to: &body) }
    }

    @Sendable
    private func list(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let store = try service.store()
        let list = try ListRequest(request)
        let page = try await store.episodes(list.filter, list.page, tenant: context.tenant)
        return .json { body in
            body.member("count", page.episodes.count)
            body.arrayMember("episodes") { entries in
                for episode in page.episodes { entries.object { episode.write(to: &$0) } }
            }
            if let next = page.next { body.member("next_cursor", next.description) }
        }
    }

    @Sendable
    private func get(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let store = try service.store()
        let id = try episodeID(context)
        guard let episode = try await store.episode(id, tenant: context.tenant) else { throw noEpisode(id) }
        return .json { body in episode.write(to: &body) }
    }

    @Sendable
    private func delete(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let store = try service.store()
        let id = try episodeID(context)
        guard try await store.delete(id, tenant: context.tenant) else { throw noEpisode(id) }
        return Response(status: .noContent)
    }

    @Sendable
    private func feedback(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let store = try service.store()
        let id = try episodeID(context)
        var fields = FieldReader(try await body(of: request))
        let helped = fields.bool("helped")
        if helped == nil, fields.problems.isEmpty { fields.reject("helped", "is required: true or false") }
        try fields.finish()
        guard let episode = try await store.recordFeedback(id, helped: helped ?? false, tenant: context.tenant) else {
            throw noEpisode(id)
        }
        return .json { body in
            body.member("id", id.description)
            body.member("helped", episode.history.helped)
            body.member("not_helped", episode.history.notHelped)
        }
    }

    @Sendable
    private func statistics(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let statistics = try await service.store().statistics(tenant: context.tenant)
        return .json { body in statistics.write(to: &body) }
    }

    // MARK: Parts of a request

    private func body(of request: Request) async throws -> [JSONValue.Member] {
        try await request.jsonObject(maximumBytes: configuration.maximumBodyBytes)
    }

    /// A name that cannot be one is an episode that is not there.
    private func episodeID(_ context: ServiceRequestContext) throws(APIError) -> EpisodeID {
        let text = context.parameters.get("id") ?? ""
        guard let id = EpisodeID(text) else { throw .notFound("there is no episode '\(text.prefix(64))'") }
        return id
    }

    private func noEpisode(_ id: EpisodeID) -> APIError {
        .notFound("there is no episode '\(id)'")
    }
}
