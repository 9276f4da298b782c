import Foundation
import Testing

@testable import Delivery

/// `scripts/deploy.sh` only forwards, and says how it is used.
struct DeployScriptTests {
    private func run(_ arguments: String..., environment: [String: String] = [:]) async throws -> CommandRunner.Answer {
        let folder = try TemporaryFolder()
        try folder.write("slipway", "#!/bin/sh\nprintf '%s\\n' \"$@\"\nexit \"${STATUS:-0}\"\n")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755],
            ofItemAtPath: folder.url.appending(path: "slipway").path
        )
        var variables = ["SLIPWAY": folder.url.appending(path: "slipway").path]
        variables.merge(environment) { _, new in new }
        let runner = CommandRunner(folder: SharedData.repository, environment: variables)
        return try await runner.run(
            [SharedData.repository.appending(path: "scripts/deploy.sh").path] + arguments,
            timeout: 30
        )
    }

    @Test func everyOptionIsHandedOn() async throws {
        let answer = try await run("--env", "staging", "--tag", "v 1", "--dry-run")
        #expect(answer.succeeded)
        #expect(answer.output == "deploy\n--env\nstaging\n--tag\nv 1\n--dry-run\n")
    }

    @Test func theVerdictIsHandedBack() async throws {
        #expect(try await run("--env", "staging", environment: ["STATUS": "5"]).status == 5)
    }

    @Test func withoutOptionsItSaysHowItIsUsed() async throws {
        let answer = try await run()
        #expect(answer.status == 2)
        #expect(answer.error.hasPrefix("usage: scripts/deploy.sh --env staging|production [--tag TAG] [--dry-run]"))
        #expect(try await run("--help").output == answer.error)
    }
}
