import Hummingbird

/// `/api/v1/customers`: what the operator calls to admit tenants.
struct CustomerRoutes {
    let service: StoreHolder
    let configuration: Configuration

    func add(to routes: inout Routes) {
        routes.on(.post, "/api/v1/customers", .admin, create)
        routes.on(.get, "/api/v1/customers", .admin, list)
        routes.on(.get, "/api/v1/customers/{id}", .admin, get)
        routes.on(.delete, "/api/v1/customers/{id}", .admin, delete)
        routes.on(.post, "/api/v1/customers/{id}/keys", .admin, createKey)
        routes.on(.get, "/api/v1/customers/{id}/keys", .admin, listKeys)
        routes.on(.delete, "/api/v1/customers/{id}/keys/{key_id}", .admin, revokeKey)
    }

    @Sendable
    private func create(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let store = try service.store()
        let customer = try await store.createCustomer(CustomerRequest(try await body(of: request)))
        return .json(status: .created) { customer.write(to: &$0) }
    }

    @Sendable
    private func list(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let store = try service.store()
        let page = try ListRequest.page(request)
        let customers = try await store.customers(limit: page.limit, after: page.cursor?.episode)
        return .json { body in
            let shown = customers.prefix(page.limit)
            body.member("count", shown.count)
            body.arrayMember("customers") { list in
                for customer in shown { list.object { customer.write(to: &$0) } }
            }
            if customers.count > page.limit, let last = shown.last {
                body.member("next_cursor", PageCursor(after: last.id).description)
            }
        }
    }

    @Sendable
    private func get(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let store = try service.store()
        let customer = try await customer(context, store)
        let used = try await store.requests(of: customer.tenant, in: QuotaMeter.month(of: .now()))
        return .json { body in
            customer.write(to: &body)
            body.member("requests_this_month", used)
        }
    }

    @Sendable
    private func delete(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let store = try service.store()
        try await store.delete(try await customer(context, store))
        return Response(status: .noContent)
    }

    @Sendable
    private func createKey(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let store = try service.store()
        let customer = try await customer(context, store)
        var fields = FieldReader(try await body(of: request))
        let name = fields.optionalString("name", maximum: Limits.name) ?? ""
        try fields.finish()
        guard let serverKey = configuration.accessKeys?.serverKey else { throw APIError.internalError }
        let key = try await store.createKey(named: name, for: customer, serverKey: serverKey)
        return .json(status: .created) { body in
            body.member("key_id", key.id)
            body.member("name", name)
            body.member("key", key.text)
        }
    }

    @Sendable
    private func listKeys(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let store = try service.store()
        let keys = try await store.keys(of: try await customer(context, store))
        return .json { body in
            body.arrayMember("keys") { list in
                for key in keys { list.object { key.write(to: &$0) } }
            }
        }
    }

    @Sendable
    private func revokeKey(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let store = try service.store()
        let customer = try await customer(context, store)
        let id = context.parameters.get("key_id") ?? ""
        guard try await store.revokeKey(id, of: customer) else {
            throw APIError.notFound("this customer has no key '\(id.prefix(64))'")
        }
        return Response(status: .noContent)
    }

    private func body(of request: Request) async throws -> [JSONValue.Member] {
        try await request.jsonObject(maximumBytes: configuration.maximumBodyBytes)
    }

    private func customer(_ context: ServiceRequestContext, _ store: any EpisodeStorage) async throws -> Customer {
        let text = context.parameters.get("id") ?? ""
        guard let id = EpisodeID(text), let customer = try await store.customer(id) else {
            throw APIError.notFound("there is no customer '\(text.prefix(64))'")
        }
        return customer
    }
}
