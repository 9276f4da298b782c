import AsyncHTTPClient
import Foundation
import NIOCore
import Synchronization

/// Users of a service: a few connections that ask again and again, and count what they get.
final class ServiceLoad: Sendable {
    struct Count: Sendable {
        var good = 0
        /// Answers other than 200, and requests without an answer.
        var bad: [String: Int] = [:]

        var failures: Int { bad.values.reduce(0, +) }
    }

    private let count = Mutex(Count())
    private let tasks: Mutex<[Task<Void, Never>]> = Mutex([])

    /// Begins to ask; new connections all the time, so that every one of them finds a pod that serves.
    init(_ address: URL, users: Int = 2, pause: Duration = .milliseconds(3)) {
        let started = (0..<users).map { _ in
            Task {
                while !Task.isCancelled {
                    await self.ask(address)
                    try? await Task.sleep(for: pause)
                }
            }
        }
        tasks.withLock { $0 = started }
    }

    private func ask(_ address: URL) async {
        do {
            var request = HTTPClientRequest(url: address.absoluteString + "work")
            request.headers.add(name: "Connection", value: "close")
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
            _ = try await response.body.collect(upTo: 1 << 20)
            count.withLock {
                if response.status == .ok { $0.good += 1 } else { $0.bad["\(response.status.code)", default: 0] += 1 }
            }
        } catch {
            if Task.isCancelled { return }
            count.withLock { $0.bad["\(error)", default: 0] += 1 }
        }
    }

    /// Stops, and says what was counted.
    func stop() async -> Count {
        let all = tasks.withLock { $0 }
        for task in all { task.cancel() }
        for task in all { await task.value }
        return count.withLock { $0 }
    }
}
