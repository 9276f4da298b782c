import Testing

/// Lets a few tests in at a time: those that start processes and load would otherwise only show that a machine can be
/// made slow.
private actor Turnstile {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(width: Int) {
        free = width
    }

    func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}

extension Trait where Self == Heavy {
    /// Runs beside few other tests of this kind.
    static var heavy: Self { Self() }
}

struct Heavy: SuiteTrait, TestTrait, TestScoping {
    private static let turnstile = Turnstile(width: 2)

    var isRecursive: Bool { true }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        try await Self.inTurn(function)
    }

    static func inTurn<Value: Sendable>(_ work: () async throws -> Value) async throws -> Value {
        await turnstile.enter()
        do {
            let value = try await work()
            await turnstile.leave()
            return value
        } catch {
            await turnstile.leave()
            throw error
        }
    }
}
