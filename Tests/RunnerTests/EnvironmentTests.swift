import Core
import Foundation
import Testing
import Workflows

@testable import Runner

/// What GitHub keeps in a repository's settings, kept on this machine.
@Suite struct EnvironmentTests {
    private struct Policy: EnvironmentPolicy {
        let text: String
        func rules(for environment: String) async throws -> EnvironmentRules {
            try EnvironmentsFile.parse(text, file: "environments.yml")[environment.lowercased()] ?? EnvironmentRules()
        }
    }

    private static let workflow = """
        on: push
        jobs:
          a:
            environment: {name: Production, url: "https://x/${{ steps.s.outputs.v }}"}
            runs-on: linux
            env: {FROM_VARS: "${{ vars.SIZE }}"}
            steps:
              - {id: s, run: 'echo "v=1" >> $GITHUB_OUTPUT; echo "$FROM_VARS ${{ vars.OTHER }} ${{ secrets.KEY }}" | rev'}
          b: {runs-on: linux, steps: [{run: 'echo "${{ vars.SIZE }} ${{ secrets.KEY }}" | rev'}]}
        """

    @Test func anEnvironmentsOwnSecretsAndVariablesGoFirst() async throws {
        try await TestProject.with { project in
            var settings = RunSettings()
            settings.variables = ["SIZE": "small", "OTHER": "o"]
            settings.secrets = ["KEY": Secret("repository-key")]
            let run = try await project.run(
                Self.workflow,
                settings: settings,
                policy: Policy(text: "production: {variables: {SIZE: large}, secrets: {KEY: environment-key}}")
            )
            #expect(try run.output("a") == "yek-tnemnorivne o egral\n")
            #expect(try run.output("b") == "yek-yrotisoper llams\n")
            #expect(run.notices.contains("a: Production is at https://x/1"))
            #expect(try !run.everything().contains("environment-key"))
        }
    }

    @Test(
        arguments: [
            ("{branches: [main]}", nil, "success"), ("{branches: ['release/*']}", nil, "failure"),
            ("{branches: ['*']}", "refs/tags/v1", "failure"), ("{tags: ['v*']}", "refs/tags/v1", "success"),
            ("{tags: ['v*']}", nil, "failure"), ("{}", "refs/tags/v1", "success"),
        ] as [(String, String?, String)]
    )
    func onlyNamedRefsMayDeploy(rules: String, ref: String?, result: String) async throws {
        try await TestProject.with { project in
            var settings = RunSettings()
            settings.ref = ref
            let run = try await project.run(
                Self.workflow,
                settings: settings,
                policy: Policy(text: "production: \(rules)")
            )
            #expect(try run.result("a") == result)
            #expect(try run.result("b") == "success")
            if result == "failure" {
                #expect(try run.job("a").message?.contains("is not allowed to deploy to Production") == true)
            }
        }
    }

    @Test func aJobWaitsForItsTimerAndCanBeStoppedThere() async throws {
        try await TestProject.with { project in
            let started = ContinuousClock.now
            let run = try await project.run(Self.workflow, policy: Policy(text: "production: {wait-timer: 0.01}"))
            #expect(run.record.conclusion == .success && ContinuousClock.now - started > .milliseconds(600))
            let stop = StopSignal()
            let stopped = try await project.run(
                Self.workflow,
                policy: Policy(text: "production: {wait-timer: 600}"),
                stop: stop,
                observer: NoticeTrigger("waits until") { stop.stop(.cancelled) }
            )
            #expect(try stopped.result("a") == "cancelled")
        }
    }

    @Test(
        arguments: [
            ("production: {aproval: true}", "approval"), ("production: [1]", "must be a mapping"),
            ("production: {wait-timer: soon}", "minutes"), ("production: {branches: ['[']}", "not closed"),
            ("production: {secrets: {1x: y}}", "not a valid name"), ("production: {approval: 3}", "true or false"),
        ]
    )
    func mistakesInTheFileAreReported(text: String, message: String) throws {
        let error = #expect(throws: DiagnosticsError.self) {
            try EnvironmentsFile.parse(text, file: "environments.yml")
        }
        #expect(error?.description.contains(message) == true)
        #expect(error?.description.contains("environments.yml:1:") == true)
    }

    @Test func aFileWithSecretsMustBeTheOwnersAlone() async throws {
        try await TestProject.with { project in
            let path = project.state.url.appending(path: EnvironmentsFile.name).path
            try project.write([".slipway/environments.yml": "x: {secrets: {A: b}}\n"])
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            let error = #expect(throws: SlipwayError.self) { try EnvironmentsFile(in: project.state) }
            #expect(error?.description.contains("chmod 600") == true)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            #expect(try EnvironmentsFile(in: project.state).rules(for: "X").secrets.keys.first == "A")
        }
    }
}

/// Does something when a notice appears.
final class NoticeTrigger: RunObserver {
    private let text: String
    private let action: @Sendable () -> Void

    init(_ text: String, action: @escaping @Sendable () -> Void) {
        self.text = text
        self.action = action
    }

    func observe(_ progress: RunProgress) {
        if case .notice(let notice) = progress, notice.contains(text) { action() }
    }
}

/// The line in front of `queue: max`.
@Suite struct ConcurrencyQueueTests {
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "queue-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.path)
    }

    @Test func whoComesFirstGoesFirst() async throws {
        try await withFolder { folder in
            let queue = ConcurrencyQueue(at: "\(folder)/q")
            let first = try #require(try queue.join())
            let second = try #require(try queue.join())
            #expect(try queue.isFirst(first) && !queue.isFirst(second))
            queue.leave(first)
            #expect(try queue.isFirst(second))
        }
    }

    @Test func theDeadHoldNobodyUpAndTheLineHasAnEnd() async throws {
        try await withFolder { folder in
            let queue = ConcurrencyQueue(at: "\(folder)/q")
            // What a killed process leaves: a ticket that nobody locks.
            _ = try #require(try queue.join())
            let next = try #require(try queue.join())
            try Data().write(to: URL(filePath: "\(folder)/q/0"))
            #expect(try queue.isFirst(next))
            var others: [ConcurrencyQueue.Ticket] = []
            while let ticket = try queue.join() { others.append(ticket) }
            #expect(others.count == ConcurrencyQueue.maximum - 1)
        }
    }

    @Test func runsOfAQueueKeepTheirOrder() async throws {
        try await TestProject.with { project in
            func workflow(_ name: String) -> String {
                "on: push\nconcurrency: {group: G, queue: max}\njobs: {a: {runs-on: linux, steps: [{run: 'echo \(name) >> $SLIPWAY_DIR/order; until test -e $SLIPWAY_DIR/go; do sleep 0.02; done'}]}}\n"
            }
            let go = project.state.url.appending(path: "go")
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { try? Data().write(to: go) }
                for name in ["one", "two", "three"] {
                    let waits = StopSignal()
                    group.addTask {
                        defer { waits.stop(.cancelled) }
                        let run = try await project.run(
                            workflow(name),
                            observer: name == "one"
                                ? OutputOrStart { waits.stop(.cancelled) }
                                : NoticeTrigger("waits in line") { waits.stop(.cancelled) }
                        )
                        #expect(run.record.conclusion == .success)
                    }
                    // The next one comes only when this one has its place.
                    await waits.wait()
                }
                try Data().write(to: go)
                try await group.waitForAll()
            }
            let order = try String(contentsOf: project.state.url.appending(path: "order"), encoding: .utf8)
            #expect(order == "one\ntwo\nthree\n")
        }
    }
}

/// Tells when the first step of a run starts.
final class OutputOrStart: RunObserver {
    private let action: @Sendable () -> Void

    init(action: @escaping @Sendable () -> Void) { self.action = action }

    func observe(_ progress: RunProgress) {
        if case .step = progress { action() }
    }
}
