import Core

/// Where the processes of steps run.
protocol ProcessHost: Sendable {
    /// Runs a process to its end, or until `stop` stops and it has been ended.
    ///
    /// - Throws: `SlipwayError` (`.external`) where whatever runs it is gone.
    func run(_ process: StepProcess, masker: Masker, stop: StopSignal) async throws -> ProcessOutcome

    /// Waits for a process that an earlier engine started; nil where it is not running any more.
    func adopt(_ key: PartKey, ledger: String, stop: StopSignal) async throws -> ProcessOutcome?
}

/// Runs processes in the engine itself: they end with it. For tests, and where no `slipway` binary is at hand.
struct EngineProcessHost: ProcessHost {
    let key: RunKey

    func run(_ process: StepProcess, masker: Masker, stop: StopSignal) async throws -> ProcessOutcome {
        await process.run(masker: masker, key: key, stop: stop)
    }

    func adopt(_ key: PartKey, ledger: String, stop: StopSignal) async throws -> ProcessOutcome? { nil }
}
