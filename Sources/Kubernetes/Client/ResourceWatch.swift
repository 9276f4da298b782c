import AsyncHTTPClient
import Core
import Foundation
import NIOCore
import NIOHTTP1

/// The events of a watch; see `KubernetesClient.watch`. Bookmarks and errors are dealt with inside.
package struct ResourceWatch: AsyncSequence {
    package typealias Element = WatchEvent

    let client: KubernetesClient
    let request: WatchRequest

    package func makeAsyncIterator() -> Iterator { Iterator(client: client, request: request) }

    package struct Iterator: AsyncIteratorProtocol {
        private struct Line {
            var body: HTTPClientResponse.Body.AsyncIterator
            var decoder = LineDecoder(limit: 16 << 20)
        }

        private let client: KubernetesClient
        private let request: WatchRequest
        private var resourceVersion: String?
        private var known = KnownObjects()
        private var pending: ArraySlice<WatchEvent> = []
        private var line: Line?
        private var backoff = Backoff()
        private var failingSince: ContinuousClock.Instant?

        init(client: KubernetesClient, request: WatchRequest) {
            self.client = client
            self.request = request
            if let start = request.start {
                resourceVersion = start.resourceVersion
                _ = known.replace(with: start.items)
            }
        }

        @concurrent
        package mutating func next() async throws -> WatchEvent? {
            while true {
                try Task.checkCancellation()
                if let event = pending.popFirst() { return event }
                do {
                    if let event = try await step() {
                        recovered()
                        return event
                    }
                } catch let error as KubernetesStatusError where error.isExpired {
                    line = nil
                    resourceVersion = nil
                } catch let error where error is CancellationError || Task.isCancelled {
                    throw CancellationError()
                } catch {
                    line = nil
                    try await pause(after: client.failure(error, request))
                }
            }
        }

        /// One move: list, connect, or read; an event where there is one.
        @concurrent
        private mutating func step() async throws -> WatchEvent? {
            guard let version = resourceVersion else {
                let list = try await client.list(
                    request.type,
                    namespace: request.namespace,
                    labels: request.labels,
                    fields: request.fields
                )
                pending = known.replace(with: list.items)[...]
                resourceVersion = list.resourceVersion
                return nil
            }
            if line == nil {
                let body = try await client.openWatch(request, from: version).body
                line = Line(body: body.makeAsyncIterator())
            }
            if let text = try line?.decoder.next() { return try event(in: text) }
            guard let bytes = try await line?.body.next() else {
                // The server closes a watch after the time we asked for: go on from where it was.
                try Task.checkCancellation()
                line = nil
                return nil
            }
            recovered()
            line?.decoder.append(bytes)
            return nil
        }

        private mutating func event(in line: ByteBuffer) throws -> WatchEvent? {
            guard line.readableBytes > 0 else { return nil }
            guard let json = try? JSON(parsing: line.data), let event = try? WatchEvent(json) else {
                throw client.malformed(line, request)
            }
            if let error = event.error { throw error }
            let object = client.object(event.object.json, request.type)
            if let version = object.resourceVersion { resourceVersion = version }
            guard event.kind != .bookmark else { return nil }
            return known.take(WatchEvent(event.kind, object))
        }

        private mutating func recovered() {
            backoff.reset()
            failingSince = nil
        }

        /// Waits before the next try, or gives up: at once where trying again cannot help.
        private mutating func pause(after error: any Error) async throws {
            switch error {
            case let status as KubernetesStatusError where status.code == 429 || status.code >= 500: break
            case let failure as ClusterError where failure.kind == .unreachable || failure.kind == .timedOut: break
            default: throw error
            }
            let since = failingSince ?? .now
            failingSince = since
            guard .now - since < request.patience else { throw error }
            request.onInterruption(error)
            try await client.clock.sleep(for: backoff.next())
        }
    }
}

extension KubernetesClient {
    fileprivate func openWatch(_ watch: WatchRequest, from version: String) async throws -> HTTPClientResponse {
        var request = watchRequest(watch)
        request.query = Self.selection(watch.labels, watch.fields)
        request.query += [
            ("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", version),
            ("timeoutSeconds", String(options.watchDuration.components.seconds)),
        ]
        return try await transport.stream(request, isWatch: true)
    }

    /// What went wrong, in the words of the client's errors.
    fileprivate func failure(_ error: any Error, _ watch: WatchRequest) -> any Error {
        switch error {
        case is KubernetesStatusError, is SlipwayError, is ClusterError: error
        case let error as LineDecoder.LineTooLong:
            transport.error(.tooLarge, watchRequest(watch), "an event is longer than \(error.limit) bytes")
        default: transport.classify(error, watchRequest(watch))
        }
    }

    fileprivate func malformed(_ line: ByteBuffer, _ watch: WatchRequest) -> ClusterError {
        let start = String(decoding: line.readableBytesView.prefix(200), as: UTF8.self)
        return transport.error(.malformed, watchRequest(watch), "a line of the watch is no event: \(start)")
    }

    private func watchRequest(_ watch: WatchRequest) -> APIRequest {
        request(.GET, Target(type: watch.type, namespace: watch.namespace), "watch")
    }
}

/// The objects a watch has told about, so that a new list can be told as what changed since.
struct KnownObjects {
    private var objects: [ObjectKey: KubernetesObject] = [:]

    /// The events that lead from what is known to `items`.
    mutating func replace(with items: [KubernetesObject]) -> [WatchEvent] {
        var current: [ObjectKey: KubernetesObject] = [:]
        for item in items { current[item.key] = item }
        var events: [WatchEvent] = []
        for (key, old) in objects.sorted(by: { $0.key < $1.key }) {
            // A deleted and newly made object of the same name is two events.
            if current[key] == nil || current[key]?.uid != old.uid { events.append(WatchEvent(.deleted, old)) }
        }
        for item in items {
            let old = objects[item.key].flatMap { $0.uid == item.uid ? $0 : nil }
            if old == nil {
                events.append(WatchEvent(.added, item))
            } else if old?.resourceVersion != item.resourceVersion {
                events.append(WatchEvent(.modified, item))
            }
        }
        objects = current
        return events
    }

    /// Remembers an event; nil where it tells nothing new.
    mutating func take(_ event: WatchEvent) -> WatchEvent? {
        let key = event.object.key
        if event.kind == .deleted {
            objects[key] = nil
            return event
        }
        let old = objects.updateValue(event.object, forKey: key)
        guard old?.resourceVersion != event.object.resourceVersion || old?.uid != event.object.uid else { return nil }
        return event.kind == .added && old?.uid == event.object.uid && old != nil
            ? WatchEvent(.modified, event.object) : event
    }
}
