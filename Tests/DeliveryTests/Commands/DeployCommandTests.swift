import Foundation
import Testing

@testable import Delivery

/// The built command's words for what it is given wrongly, to the letter.
@Suite(.enabled(if: SlipwayBinary.exists, "the slipway command is not built"))
struct DeployCommandTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let message: String
        var testDescription: String { arguments.joined(separator: " ") }

        init(_ arguments: String..., message: String) {
            self.arguments = arguments
            self.message = message
        }
    }

    static let mistakes = [
        Mistake("deploy", message: "slipway: Error: Missing expected argument '--env <environment>'"),
        Mistake(
            "deploy",
            "--env",
            "test",
            "--status",
            "--dry-run",
            message: "slipway: Error: --status and --dry-run cannot be given together."
        ),
        Mistake(
            "deploy",
            "--env",
            "test",
            "--tag",
            "a",
            "--image",
            "b",
            message: "slipway: Error: --tag and --image cannot be given together."
        ),
        Mistake(
            "deploy",
            "--env",
            "test",
            "--rollback",
            "--tag",
            "a",
            message: "slipway: Error: --rollback takes neither --tag nor --image."
        ),
        Mistake("deploy", "--env", "test", "--to", "3", message: "slipway: Error: --to is for --rollback."),
        Mistake(
            "deploy",
            "--env",
            "test",
            "--watch",
            "5",
            message: "slipway: Error: --watch needs a duration with a unit, such as 90s or 5m, not \"5\"."
        ),
        Mistake("history", "test", "--limit", "0", message: "slipway: Error: --limit must be at least 1."),
        Mistake(
            "deploy",
            "--env",
            "tset",
            "--status",
            message: "slipway: There is no environment \"tset\" in slipway.yml\n  next: Did you mean \"test\"?\n"
        ),
        Mistake(
            "deploy",
            "--env",
            "test",
            "--status",
            message: """
                slipway: slipway.yml:5:9: The local cluster, where test lives, was never started
                  next: Start it: slipway cluster up

                """
        ),
    ]

    @Test(arguments: mistakes)
    func mistakesAreToldToTheLetter(_ mistake: Mistake) async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "slipway.yml",
            """
            image: localhost/api
            deployment: api
            container: api
            environments:
              test: {namespace: ns, manifests: k8s}
            """
        )
        let answer = try await SlipwayBinary.run(mistake.arguments, in: folder.url)
        #expect(answer.status == (mistake.message.contains("never started") ? 3 : 2))
        #expect(answer.error.hasPrefix(mistake.message), "\(answer.error)")
        #expect(answer.output.isEmpty)
    }

    @Test func withoutAFileItSaysWhatItWouldSay() async throws {
        let folder = try TemporaryFolder()
        let answer = try await SlipwayBinary.run(["history", "staging"], in: folder.url)
        #expect(answer.error.hasPrefix("slipway: There is no slipway.yml in \(folder.url.path(percentEncoded: false))"))
        #expect(answer.error.contains("\n  next: Run this in the repository's folder, or write the file"))
    }

    @Test func helpNamesTheDocumentedOptions() async throws {
        let help = try await SlipwayBinary.run(["deploy", "--help"], in: FileManager.default.temporaryDirectory).output
        for option in [
            "--env", "--tag", "--image", "--status", "--rollback", "--to", "--dry-run", "--yes", "--watch", "--wait",
            "--json",
        ] {
            #expect(help.contains("  \(option)"), "\(option)")
        }
    }
}

/// The command as the tests' own build made it.
enum SlipwayBinary {
    static let url = SharedData.repository.appending(path: ".build/debug/slipway")

    static var exists: Bool { FileManager.default.isExecutableFile(atPath: url.path) }

    static func run(_ arguments: [String], in folder: URL) async throws -> CommandRunner.Answer {
        let environment = ["SLIPWAY_DIR": folder.appending(path: ".slipway").path, "SLIPWAY_APPROVAL": ""]
        return try await CommandRunner(folder: folder, environment: environment)
            .run([url.path] + arguments, timeout: 60)
    }
}
