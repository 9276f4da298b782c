import Core
import HTTPTypes
import Hummingbird
import Kubernetes
import Logging
import NIOCore
import ServiceLifecycle

/// Streams the changes of a resource, one JSON object a line.
struct WatchHandlers: Sendable {
    let store: ObjectStore
    let encoder: ObjectEncoder

    /// How often a watcher is told how far it has come, which also finds clients that are gone.
    private static let bookmarkInterval = Duration.seconds(30)
    /// Where the client sets no limit: as long as Kubernetes, at most an hour.
    private static let defaultTimeout = 1_800...3_600
    /// A client that does not even read the end of its watch is cut off after this time.
    private static let grace = Duration.seconds(10)

    func watch(_ resource: ServedResource, _ target: ResourceTarget, _ request: APIRequest) async throws -> Response {
        let options = try ListOptions(request.query, type: resource.definition.type)
        let representation = try Representation(accept: request.http.headers[.accept])
        let plan = Plan(
            resource: resource,
            form: representation.form,
            include: try TableObjects(request.query),
            wantsBookmarks: try request.query.flag("allowWatchBookmarks"),
            timeout: try request.query.integer("timeoutSeconds").flatMap { $0 > 0 ? $0 : nil }
                ?? Int.random(in: Self.defaultTimeout)
        )
        // One object by its path is a watch of that object.
        let fields = target.name.map { FieldSelector(options.fields.terms + FieldSelector(name: $0).terms) }
        let watch: ObjectWatch
        do throws(KubernetesStatusError) {
            watch = try await store.watch(
                resource.definition.type,
                namespace: target.namespace,
                from: try sendsInitialEvents(request, options) ? nil : options.resourceVersion,
                labels: options.labels,
                fields: fields ?? options.fields,
                marksInitialEnd: try sendsInitialEvents(request, options)
            )
        } catch {
            guard error.isExpired || error.code == 504 else { throw error }
            // A watch that cannot start says so in the stream, as Kubernetes does.
            return APIResponse.json(WatchEvent(error).json)
        }
        return stream(watch, plan, request)
    }

    private func sendsInitialEvents(
        _ request: APIRequest,
        _ options: ListOptions
    ) throws(KubernetesStatusError) -> Bool {
        guard let text = request.query["sendInitialEvents"] else { return false }
        guard options.match == .notOlderThan else {
            var errors = FieldErrors()
            errors.forbidden(
                "resourceVersionMatch",
                "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
            )
            throw .optionsInvalid(errors, kind: "ListOptions")
        }
        return text != "false" && text != "0"
    }

    private struct Plan: Sendable {
        let resource: ServedResource
        let form: Representation.Form
        let include: TableObjects
        let wantsBookmarks: Bool
        /// Seconds.
        let timeout: Int
    }

    private func stream(_ watch: ObjectWatch, _ plan: Plan, _ request: APIRequest) -> Response {
        let encoder = encoder
        let body = ResponseBody { writer in
            try await request.http.body.consumeWithCancellationOnInboundClose { _ in
                try await Self.send(watch, plan, encoder, request.channel, to: &writer)
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/json"], body: body)
    }

    /// Sends until the time is over, the store closes, or the watcher is cut off.
    private static func send(
        _ watch: ObjectWatch,
        _ plan: Plan,
        _ encoder: ObjectEncoder,
        _ channel: any Channel,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        var isFirst = true
        func line(_ event: WatchEvent) -> ByteBuffer {
            defer { isFirst = false }
            let json = encoder.event(event, of: plan.resource, form: plan.form, include: plan.include, isFirst: isFirst)
            var buffer = ByteBuffer(bytes: json.data())
            buffer.writeString("\n")
            return buffer
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Self.keepTime(watch, plan, channel) }
            group.addTask {
                // A server that goes down does not wait for watches to time out.
                try await gracefulShutdown()
                watch.end()
            }
            defer { group.cancelAll() }
            do {
                for try await event in watch {
                    if event.kind == .bookmark, !plan.wantsBookmarks {
                        continue
                    }
                    try await writer.write(line(event))
                }
            } catch let error as KubernetesStatusError {
                try await writer.write(line(WatchEvent(error)))
            }
        }
    }

    /// Asks for bookmarks now and then, and ends the watch when its time is over.
    private static func keepTime(_ watch: ObjectWatch, _ plan: Plan, _ channel: any Channel) async throws {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(plan.timeout)
        while clock.now < end {
            try await clock.sleep(until: min(end, clock.now + bookmarkInterval))
            if plan.wantsBookmarks { watch.requestBookmark() }
        }
        watch.end()
        try await clock.sleep(for: grace)
        channel.close(promise: nil)
    }
}
