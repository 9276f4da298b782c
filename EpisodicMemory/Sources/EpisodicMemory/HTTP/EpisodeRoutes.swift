import Hummingbird

/// `/api/v1`: what agents call.
struct EpisodeRoutes {
    let service: StoreHolder
    let configuration: Configuration

    func add(to routes: inout Routes) {
        routes.on(.post, "/api/v1/capture", capture)
        routes.on(.post, "/api/v1/search", search)
    }

    @Sendable
    private func capture(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let store = try service.store()
        let capture = try CaptureRequest(await request.jsonObject(maximumBytes: configuration.maximumBodyBytes))
        let result = try await store.capture(capture.episode, idempotencyKey: capture.idempotencyKey)
        return .json(status: result.isNew ? .created : .ok) { body in
            body.member("id", result.id.description)
            body.member("created_at", result.createdAt.description)
            body.member("duplicate", !result.isNew)
        }
    }

    @Sendable
    private func search(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let store = try service.store()
        let search = try SearchRequest(await request.jsonObject(maximumBytes: configuration.maximumBodyBytes))
        let hits = try await store.search(search)
        return .json { body in
            body.member("count", hits.count)
            body.arrayMember("episodes") { list in
                for hit in hits {
                    list.object { entry in
                        hit.stored.write(to: &entry)
                        entry.member("score", hit.score)
                    }
                }
            }
        }
    }
}
