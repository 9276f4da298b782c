import EpisodicMemory
import Foundation
import Synchronization

/// The built `episodic-memory-api`, running.
final class ServiceProcess: Sendable {
    private final class Status: Sendable {
        let value = Mutex<Int32?>(nil)
    }

    let processIdentifier: Int32
    private let status = Status()
    private let directory: TemporaryDirectory

    /// Beside the test bundle, where the package manager puts every product.
    static var executable: URL {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("episodic-memory-api")
    }

    convenience init(arguments: [String] = [], environment: [String: String]) throws {
        try self.init(
            executable: Self.executable,
            arguments: arguments,
            environment: ["HOST": "127.0.0.1", "PORT": "0"].merging(environment) { $1 }
        )
    }

    init(executable: URL, arguments: [String], environment: [String: String]) throws {
        directory = try TemporaryDirectory()
        // A file cannot fill up and stop the process, as a pipe that nobody reads does.
        let log = directory.path + "/log"
        try Data().write(to: URL(fileURLWithPath: log))
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = environment
        process.standardOutput = output
        process.standardError = output
        process.terminationHandler = { [status] process in
            let code =
                process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
            status.value.withLock { $0 = code }
        }
        try process.run()
        processIdentifier = process.processIdentifier
    }

    deinit {
        if exitStatus == nil { kill(processIdentifier, SIGKILL) }
    }

    var output: String { (try? String(contentsOfFile: directory.path + "/log", encoding: .utf8)) ?? "" }

    /// 128 and more for a signal; nil while it runs.
    var exitStatus: Int32? { status.value.withLock { $0 } }

    func signal(_ number: Int32) {
        kill(processIdentifier, number)
    }

    /// The port it listens on, from its log.
    func port() async throws -> Int {
        try await logged("listening")["port"].flatMap(\.stringValue).flatMap(Int.init)
            ?? {
                throw NeverHappened(what: "a port in the log: \(output)")
            }()
    }

    /// The first record with this message.
    @discardableResult
    func logged(_ message: String) async throws -> JSONValue {
        try await eventually("'\(message)' in the log") {
            let record = output.split(separator: "\n").lazy.compactMap { try? JSONParser.parse(String($0)) }
                .first { $0["message"]?.stringValue == message }
            if record == nil, let exitStatus { throw NeverHappened(what: "exit \(exitStatus): \(output)") }
            return record
        }
    }

    func exit(within limit: Duration = .seconds(20)) async throws -> Int32 {
        try await eventually("the end of the process", within: limit) { exitStatus }
    }
}
