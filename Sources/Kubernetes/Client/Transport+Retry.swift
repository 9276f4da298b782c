import AsyncHTTPClient
import Core
import NIOHTTP1
import NIOPosix
import Synchronization

/// Asking again, where that does no harm.
extension Transport {
    /// Why the last attempt failed, for a call whose time is over.
    private final class LastFailure: Sendable {
        let value = Mutex<ClusterError?>(nil)
    }

    /// The answer, whatever its status; asked for again as the request allows.
    func send(_ request: APIRequest) async throws -> APIResponse {
        let last = LastFailure()
        do {
            return try await withDeadline(request.timeout, clock: clock) {
                try await self.attempts(request, last)
            }
        } catch is DeadlineExceeded {
            throw last.value.withLock { $0 }
                ?? error(.timedOut, request, "no answer within \(request.timeout.formatted)")
        }
    }

    private func attempts(_ request: APIRequest, _ last: LastFailure) async throws -> APIResponse {
        let start = ContinuousClock.now
        var backoff = Backoff()
        var hasRenewed = false
        while true {
            do {
                let response = try await once(request)
                if response.status == 401, !hasRenewed, await credentials.invalidate() {
                    hasRenewed = true
                    continue
                }
                // Better the server's own words now than a time-out later.
                guard let pause = Self.pause(after: response, to: request, backoff: &backoff),
                    .now + pause < start + request.timeout
                else { return response }
                last.value.withLock { $0 = nil }
                try await clock.sleep(for: pause)
            } catch let error where error is CancellationError || Task.isCancelled {
                throw CancellationError()
            } catch let error as SlipwayError {
                throw error
            } catch {
                let failure = classify(error, request)
                let pause = backoff.next()
                guard failure.kind == .unreachable, Self.mayRepeat(request, after: error),
                    .now + pause < start + min(request.timeout, outagePatience)
                else { throw failure }
                last.value.withLock { $0 = failure }
                try await clock.sleep(for: pause)
            }
        }
    }

    private static func mayRepeat(_ request: APIRequest, after error: any Error) -> Bool {
        switch request.retry {
        case .never: false
        case .always: true
        // No connection came about, so the server has not seen the request.
        case .whenNotProcessed: error is NIOConnectionError || error as? HTTPClientError == .connectTimeout
        }
    }

    /// How long to wait before the same request again; nil where the answer is final.
    private static func pause(
        after response: APIResponse,
        to request: APIRequest,
        backoff: inout Backoff
    ) -> Duration? {
        guard request.retry.allowsRepeats, response.status == 429 || (500...504).contains(response.status) else {
            return nil
        }
        if let seconds = response.headers.first(name: "Retry-After").flatMap({ Int($0) }), seconds >= 0 {
            return .seconds(seconds) + backoff.next()
        }
        // A server that sends 429 has not acted.
        if response.status == 429 { return backoff.next() }
        guard case .always = request.retry, response.status != 500 else { return nil }
        return backoff.next()
    }
}
