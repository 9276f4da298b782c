import AsyncHTTPClient
import Core
import Foundation
import HTTPTypes
import Hummingbird
import Kubernetes
import Logging

/// Answers every request of the API: finds what its path names, and hands it to the handler for its method.
struct APIResponder: HTTPResponder {
    typealias Context = APIRequestContext

    private let read: ReadHandlers
    private let writeHandlers: WriteHandlers
    private let patchHandlers: PatchHandlers
    private let scale: ScaleHandlers
    private let deleteHandlers: DeleteHandlers
    private let watch: WatchHandlers
    private let logs: LogHandler
    private let proxy: ProxyHandler
    private let discovery: DiscoveryHandlers
    private let reviews: AccessReviewHandler
    private let authentication: BearerAuthentication
    private let isReady: @Sendable () async -> Bool

    init(_ backend: APIBackend, address: String, client: HTTPClient) {
        let store = backend.store
        let encoder = ObjectEncoder(now: backend.now)
        let decoder = ObjectDecoder(catalogue: .builtIn)
        read = ReadHandlers(store: store, encoder: encoder)
        writeHandlers = WriteHandlers(store: store, encoder: encoder, decoder: decoder)
        patchHandlers = PatchHandlers(store: store, encoder: encoder, writer: writeHandlers)
        scale = ScaleHandlers(store: store, encoder: encoder, decoder: decoder)
        deleteHandlers = DeleteHandlers(store: store, encoder: encoder, decoder: decoder)
        watch = WatchHandlers(store: store, encoder: encoder)
        logs = LogHandler(store: store, source: backend.logs, now: backend.now)
        proxy = ProxyHandler(
            resolver: ProxyResolver(store: store, addressing: backend.addressing),
            client: client
        )
        discovery = DiscoveryHandlers(address: address)
        reviews = AccessReviewHandler(decoder: decoder)
        authentication = BearerAuthentication(token: backend.token)
        isReady = backend.isReady
    }

    func respond(to request: Request, context: APIRequestContext) async throws -> Response {
        do {
            return try await answer(APIRequest(request, channel: context.channel))
        } catch let error as KubernetesStatusError {
            return APIResponse.error(error)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            context.logger.error(
                "request failed",
                metadata: ["error": "\(error)", "path": "\(request.head.path ?? "")"]
            )
            return APIResponse.error(.internalError("\(error)"))
        }
    }

    private func answer(_ request: APIRequest) async throws -> Response {
        let target = try RequestTarget(path: request.path)
        switch target {
        case .health(let name): return await health(name)
        case .version: return APIResponse.json(APIVersion.json)
        default: break
        }
        try authentication.check(request.http)
        switch target {
        case .coreVersions: return try discovery.coreVersions(request)
        case .groups: return try discovery.groups(request)
        case .group(let name): return try discovery.group(name)
        case .resources(let group, let version): return try discovery.resources(group: group, version: version)
        case .openAPIIndex: return APIResponse.json(OpenAPIDocument.index)
        case .openAPI(let path):
            guard let document = OpenAPIDocument.all[path] else { throw KubernetesStatusError.resourceNotFound }
            return APIResponse.json(document.json)
        case .resource(let resource): return try await respond(to: resource, request)
        case .health, .version, .unknown: throw KubernetesStatusError.resourceNotFound
        }
    }

    private func health(_ name: String) async -> Response {
        // Alive is who answers; ready is who can also work.
        if name == "readyz", await !isReady() { return APIResponse.text("not ready", status: .serviceUnavailable) }
        return APIResponse.text("ok")
    }

    private func respond(to target: ResourceTarget, _ request: APIRequest) async throws -> Response {
        if target.group == ResourceType.selfSubjectAccessReview.group {
            return try await reviews.respond(target, request)
        }
        guard let resource = ServedResource.find(group: target.group, version: target.version, plural: target.plural),
            resource.type.isNamespaced || target.namespace == nil || resource.type == .namespace
        else { throw KubernetesStatusError.resourceNotFound }
        if resource.type.isNamespaced, target.name != nil, target.namespace == nil {
            throw KubernetesStatusError.resourceNotFound
        }
        if let subresource = target.subresource {
            return try await respond(to: subresource, of: resource, target, request)
        }
        switch (request.method, target.name) {
        case (.get, nil):
            if try request.query.flag("watch") { return try await watch.watch(resource, target, request) }
            return try await read.list(resource, target, request)
        case (.get, _):
            if try request.query.flag("watch") { return try await watch.watch(resource, target, request) }
            return try await read.get(resource, target, request)
        case (.post, nil): return try await writeHandlers.create(resource, target, request)
        case (.put, .some): return try await writeHandlers.replace(resource, target, request)
        case (.patch, .some): return try await patchHandlers.patch(resource, target, request)
        case (.delete, .some): return try await deleteHandlers.delete(resource, target, request)
        case (.delete, nil) where resource.verbs.contains("deletecollection"):
            return try await deleteHandlers.deleteCollection(resource, target, request)
        default: throw Self.wrongMethod
        }
    }

    private func respond(
        to subresource: String,
        of resource: ServedResource,
        _ target: ResourceTarget,
        _ request: APIRequest
    ) async throws -> Response {
        guard resource.subresources.contains(subresource), target.tail == nil || subresource == "proxy" else {
            throw KubernetesStatusError.resourceNotFound
        }
        switch (subresource, request.method) {
        case ("log", .get): return try await logs.respond(target, request)
        case ("proxy", _): return try await proxy.respond(resource, target, request)
        case ("scale", _): return try await scale.respond(resource, target, request)
        case ("status", .get): return try await read.get(resource, target, request)
        case ("status", .put), ("finalize", .put): return try await writeHandlers.replace(resource, target, request)
        case ("status", .patch): return try await patchHandlers.patch(resource, target, request)
        default: throw Self.wrongMethod
        }
    }

    private static let wrongMethod = KubernetesStatusError.methodNotAllowed(
        "the server does not allow this method on the requested resource"
    )
}
