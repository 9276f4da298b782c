import Kubernetes

/// The changes of one resource: first those that bring the watcher up to date, then each as it happens.
///
/// Ends when the store closes; throws `KubernetesStatusError` 410 when the watcher falls behind.
package struct ObjectWatch: AsyncSequence, Sendable {
    package typealias Element = WatchEvent

    private let backlog: [WatchEvent]
    private let stream: WatchHub.Stream
    private let number: Int
    private let hub: WatchHub
    let type: ResourceType

    init(backlog: [WatchEvent], type: ResourceType, number: Int, stream: WatchHub.Stream, hub: WatchHub) {
        self.backlog = backlog
        self.type = type
        self.number = number
        self.stream = stream
        self.hub = hub
    }

    /// Asks for a bookmark behind everything that has happened so far.
    package func requestBookmark() { hub.bookmark(number, type: type) }

    /// Ends the watch behind everything that has happened so far.
    package func end() { hub.end(number) }

    package func makeAsyncIterator() -> Iterator {
        Iterator(backlog: backlog, stream: stream.makeAsyncIterator())
    }

    package struct Iterator: AsyncIteratorProtocol {
        private let backlog: [WatchEvent]
        private var position = 0
        private var stream: WatchHub.Stream.Iterator

        init(backlog: [WatchEvent], stream: WatchHub.Stream.Iterator) {
            self.backlog = backlog
            self.stream = stream
        }

        package mutating func next() async throws -> WatchEvent? {
            if position < backlog.count {
                try Task.checkCancellation()
                defer { position += 1 }
                return backlog[position]
            }
            return try await stream.next(isolation: #isolation)
        }
    }
}
