import AsyncHTTPClient
import Core
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Carries a plan out.
package struct LoadRunner: Sendable {
    private let plan: LoadPlan
    /// Told about once a second: seconds since the beginning, warm-up included.
    private let progress: @Sendable (TimeInterval) -> Void

    /// - Throws: `SlipwayError` (`.invalidInput`) for a plan that cannot be carried out.
    package init(_ plan: LoadPlan, progress: @escaping @Sendable (TimeInterval) -> Void = { _ in }) throws {
        try plan.validate()
        self.plan = plan
        self.progress = progress
    }

    /// Parts of the timeline: enough for a chart, few enough for an hour.
    private static let mostIntervals = 300.0

    /// Sends everything and waits for the answers. Where the task is cancelled, the report is of what had ended by then.
    package func run() async throws -> LoadReport {
        let length = max(1, (plan.duration / Self.mostIntervals).rounded(.up))
        let measurements = LoadMeasurements(intervalLength: length)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let started = Date()
        let begin = ContinuousClock.now
        let end = await send(with: client, from: begin, measurements)
        try await client.shutdown()
        return LoadReport(
            plan: plan,
            startedAt: started,
            // The time in which requests were scheduled, not that in which the last answers were awaited.
            measured: max(0, min(plan.duration, (end - begin).seconds - plan.warmUp)),
            intervalLength: length,
            values: measurements.current
        )
    }

    private var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = plan.maximumInFlight
        // A retry would hide that a connection could not be made.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .nanoseconds(Int64(plan.timeout * 1e9))
        return configuration
    }

    /// - Returns: when the last request was scheduled, or the run was cancelled.
    private func send(
        with client: HTTPClient,
        from begin: ContinuousClock.Instant,
        _ measurements: LoadMeasurements
    ) async -> ContinuousClock.Instant {
        let slots = RequestSlots(plan.maximumInFlight)
        let request = self.request
        var nextReport: TimeInterval = 1
        return await withDiscardingTaskGroup(returning: ContinuousClock.Instant.self) { group in
            let arrivals = Arrivals(plan.arrivals, rate: plan.rate, until: plan.warmUp + plan.duration, seed: plan.seed)
            for offset in arrivals {
                let scheduled = begin + .seconds(offset)
                if scheduled > .now { try? await Task.sleep(until: scheduled, clock: .continuous) }
                if Task.isCancelled { return .now }
                if offset >= nextReport {
                    progress(offset)
                    nextReport = offset.rounded(.down) + 1
                }
                let start = offset - plan.warmUp
                guard slots.take() else {
                    if start >= 0 { measurements.ended(.dropped, start: start, latency: 0) }
                    continue
                }
                group.addTask {
                    defer { slots.give() }
                    if start >= 0 { measurements.sent(lateBy: (ContinuousClock.now - scheduled).seconds) }
                    let (outcome, bytes) = await self.outcome(of: request, with: client, scheduled)
                    // What a cancellation ended says nothing about the server.
                    guard start >= 0, !Task.isCancelled else { return }
                    let latency = (ContinuousClock.now - scheduled).seconds
                    measurements.ended(outcome, start: start, latency: latency, bytes: bytes)
                }
            }
            let end = begin + .seconds(plan.warmUp + plan.duration)
            try? await Task.sleep(until: end, clock: .continuous)
            return min(end, .now)
        }
    }

    private var request: HTTPClientRequest {
        var request = HTTPClientRequest(url: plan.url.absoluteString)
        request.method = HTTPMethod(rawValue: plan.method)
        for header in plan.headers { request.headers.add(name: header.name, value: header.value) }
        if !request.headers.contains(name: "User-Agent") {
            request.headers.add(name: "User-Agent", value: "slipway-load")
        }
        if let body = plan.body { request.body = .bytes(ByteBuffer(bytes: body)) }
        return request
    }

    /// Sends one request and reads its answer to the end.
    private func outcome(
        of request: HTTPClientRequest,
        with client: HTTPClient,
        _ scheduled: ContinuousClock.Instant
    ) async -> (LoadOutcome, bytes: Int) {
        let left = plan.timeout - (ContinuousClock.now - scheduled).seconds
        guard left > 0 else { return (.timedOut, 0) }
        var bytes = 0
        do {
            let response = try await client.execute(request, timeout: .nanoseconds(Int64(left * 1e9)))
            for try await part in response.body { bytes += part.readableBytes }
            let status = Int(response.status.code)
            return (.answered(status: status, isExpected: plan.expected.contains(status)), bytes)
        } catch let error as HTTPClientError where Self.timeouts.contains(error) {
            return (.timedOut, bytes)
        } catch {
            return (.failed(Self.name(of: error)), bytes)
        }
    }

    private static let timeouts: [HTTPClientError] = [
        .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout,
    ]

    private static func name(of error: any Error) -> String {
        switch error {
        case let error as HTTPClientError: return error.shortDescription
        case let error as IOError: return String(cString: strerror(error.errnoCode)).lowercased()
        case let error as NIOConnectionError:
            guard let first = error.connectionErrors.first else { return "the host's name is not known" }
            return name(of: first.error)
        default: return String(describing: error)
        }
    }
}

extension Duration {
    var seconds: TimeInterval { self / .seconds(1) }
}
