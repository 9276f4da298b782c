import Foundation

/// Repeats one probe as long as its container runs, and tells when its verdict changes.
///
/// Attempts are counted as the kubelet counts them. Beyond that, until a container has been ready for the first time,
/// it is looked at between the attempts, at once and then ever less often: a container that is ready 50 ms after its
/// start does not wait for the period to end. Such a look counts only if it succeeds, or gets an answer.
struct ProbeLoop: Sendable {
    enum Verdict: Sendable, Hashable { case success, failure(String) }

    let probe: Probe
    /// One attempt.
    let attempt: @Sendable (ProbeAction, Duration) async -> ProbeOutcome
    /// Told of every counted failure.
    let failed: @Sendable (String) async -> Void
    /// Told whenever enough attempts in a row agree.
    let decided: @Sendable (Verdict) async -> Void

    private static let firstLook = Duration.milliseconds(20)

    /// Runs until cancelled; a startup probe also ends with its first verdict.
    func run() async {
        let clock = ContinuousClock()
        var counter = ProbeCounter(probe)
        do {
            try await clock.sleep(for: probe.initialDelay)
            if probe.kind != .liveness, try await lookEagerly(&counter, clock) { return }
            // A process that has just started gets one period before liveness is judged, as in Kubernetes, where the
            // first attempt follows the pod's own rhythm.
            if probe.kind == .liveness { try await clock.sleep(for: probe.period) }
            while !Task.isCancelled {
                let begun = clock.now
                let outcome = await attempt(probe.action, probe.timeout)
                try Task.checkCancellation()
                if await count(outcome, &counter) { return }
                try await clock.sleep(until: begun.advanced(by: probe.period))
            }
        } catch {
            // Cancelled: the container has ended, or the server goes down.
        }
    }

    /// Looks again and again for one period, until something answers.
    ///
    /// - Returns: whether the loop is over.
    private func lookEagerly(_ counter: inout ProbeCounter, _ clock: ContinuousClock) async throws -> Bool {
        guard probe.action.isCheap else { return false }
        let end = clock.now.advanced(by: probe.period)
        var pause = Self.firstLook
        while clock.now < end {
            let outcome = await attempt(probe.action, probe.timeout)
            try Task.checkCancellation()
            switch outcome {
            case .failure(_, isRefused: true): break
            default:
                let isOver = await count(outcome, &counter)
                if !isOver { try await clock.sleep(for: probe.period) }
                return isOver
            }
            try await clock.sleep(for: min(pause, max(.milliseconds(1), clock.now.duration(to: end))))
            pause = pause * 3 / 2
        }
        return false
    }

    private func count(_ outcome: ProbeOutcome, _ counter: inout ProbeCounter) async -> Bool {
        if case .failure(let message, _) = outcome { await failed(message) }
        guard let verdict = counter.add(outcome) else { return false }
        await decided(verdict)
        return probe.kind == .startup
    }
}

extension ProbeAction {
    /// Whether attempts may be made many times a second.
    fileprivate var isCheap: Bool {
        switch self {
        case .httpGet, .tcpSocket: true
        case .exec, .sleep, .unsupported: false
        }
    }
}

/// Counts outcomes in a row, and gives a verdict when it changes.
struct ProbeCounter {
    private let probe: Probe
    private var row = 0
    private var lastWasSuccess: Bool?
    private var verdict: Bool?

    init(_ probe: Probe) { self.probe = probe }

    /// The verdict, if this outcome makes a new one.
    ///
    /// Liveness fails again after each further row of failures: the container may have survived.
    mutating func add(_ outcome: ProbeOutcome) -> ProbeLoop.Verdict? {
        let isSuccess = outcome == .success
        row = lastWasSuccess == isSuccess ? row + 1 : 1
        lastWasSuccess = isSuccess
        guard row >= (isSuccess ? probe.successThreshold : probe.failureThreshold) else { return nil }
        if verdict == isSuccess, isSuccess || probe.kind == .readiness { return nil }
        verdict = isSuccess
        if case .failure(let message, _) = outcome {
            row = 0
            return .failure(message)
        }
        return .success
    }
}
