import Core
import Foundation
import Hummingbird
import Subprocess
import Synchronization
import SystemPackage
import Testing

/// `slipway load` as a user runs it.
@Suite struct LoadCommandTests {
    private struct Outcome {
        let status: Int32?
        let output: String
        let errors: String
    }

    private func load(_ arguments: [String], environment: [Subprocess.Environment.Key: String] = [:]) async throws
        -> Outcome
    {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let binary = URL(filePath: own).deletingLastPathComponent().appending(path: "slipway").path
        let result = try await run(
            .path(FilePath(binary)),
            arguments: Arguments(["load"] + arguments),
            environment: .inherit.updating(environment.mapValues(Optional.some)),
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        var status: Int32?
        if case .exited(let code) = result.terminationStatus { status = code }
        return Outcome(status: status, output: result.standardOutput, errors: result.standardError)
    }

    @Test func sendsWhatItIsToldAndJudges() async throws {
        let wrong = Mutex<[String]>([])
        let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "load-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let body = folder.appending(path: "body.json"), page = folder.appending(path: "load.html")
        try Data(#"{"goal": "x"}"#.utf8).write(to: body)
        try await TestService.with { request in
            let text = String(buffer: try await request.body.collect(upTo: 1000))
            let headers = [request.headers[.authorization], request.headers[.accept]]
            if headers != ["Bearer s3cret", "a/b"] || text != #"{"goal": "x"}"# || request.method != .post {
                wrong.withLock { $0.append("\(request) \(text)") }
            }
            return Response(status: .accepted)
        } _: { url in
            let arguments = [
                url.absoluteString, "--rate", "50", "--duration", "1s", "--header", "Accept: a/b",
                "--header-env", "Authorization=LOAD_TEST_KEY", "--body", "@\(body.path)", "--expect-status", "202",
                "--threshold", "error-rate<1%", "--html", page.path,
            ]
            let good = try await load(arguments, environment: ["LOAD_TEST_KEY": "Bearer s3cret"])
            #expect(good.status == 0 && wrong.withLock { $0 }.isEmpty, "\(good.errors)\(wrong.withLock { $0 })")
            #expect(good.output.contains("✓ error-rate<1%: 0.00 %"), "\(good.output)")
            let html = try String(contentsOf: page, encoding: .utf8)
            #expect(html.contains("every threshold holds") && !html.contains("s3cret"))

            let bad = try await load(
                [url.absoluteString, "--rate", "20", "--duration", "500ms", "--expect-status", "200", "--json"]
                    + ["--threshold", "error-rate<1%"]
            )
            #expect(bad.status == 1 && bad.errors.contains("1 of 1 thresholds do not hold"), "\(bad.errors)")
            let json = try JSON(parsing: Data(bad.output.utf8))
            #expect(json["good"] == false && json["requests"] == 10 && json["errors"]?[0]?["what"] == "status 202")
        }
    }

    @Test(
        arguments: [
            (["--rate", "1", "--duration", "long"], "--duration long"),
            (["--rate", "0", "--duration", "1s"], "--rate"),
            (["--rate", "1", "--duration", "1s", "--threshold", "p99"], "compares nothing"),
            (["--rate", "1", "--duration", "1s", "--expect-status", "ok"], "names no statuses"),
            (["--rate", "1", "--duration", "1s", "--header", "Accept"], "--header Accept"),
            (["--rate", "1", "--duration", "1s", "--header-env", "A=NOT_SET_ANYWHERE"], "NOT_SET_ANYWHERE"),
            (["--rate", "1", "--duration", "1s", "--body", "@/no/such/file"], "/no/such/file"),
            (["--rate", "1"], "--duration"),
        ] as [([String], String)]
    )
    func mistakesAreRefusedBeforeAnythingIsSent(arguments: [String], message: String) async throws {
        // Port 1 answers nobody: had anything been sent, the status would be another.
        let outcome = try await load(["http://127.0.0.1:1/"] + arguments)
        #expect(outcome.status == 2 && outcome.errors.contains(message), "\(outcome.errors)")
    }

    @Test func nobodyAnswering() async throws {
        let outcome = try await load(["http://127.0.0.1:1/", "--rate", "10", "--duration", "500ms"])
        #expect(outcome.status == 3 && outcome.output.contains("5 × connection refused"), "\(outcome.output)")
    }
}
