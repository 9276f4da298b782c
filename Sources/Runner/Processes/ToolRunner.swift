import Core
import Foundation
import Synchronization

/// Runs a helper program such as git or cp and collects what it says.
struct ToolRunner: Sendable {
    var environment: [String: String]
    var stop = StopSignal()

    struct Output: Sendable {
        let end: ProcessEnd
        let text: String
    }

    /// Most of the output that is kept; more is an error of ours, not of the user.
    private static let limit = 64 << 20

    /// Runs a program found on `PATH`.
    ///
    /// - Throws: `SlipwayError` (`.external`) when the program is missing, cannot start or says too much.
    func run(_ program: String, _ arguments: [String], in folder: String, adding extra: [String: String] = [:])
        async throws -> Output
    {
        let environment = environment.merging(extra) { _, new in new }
        guard let path = Executables.find(program, path: environment["PATH"] ?? "") else {
            throw SlipwayError(.external, "\(program) is not installed", next: "Install it, or put it on PATH.")
        }
        let collected = Mutex<[UInt8]>([])
        let end = try await ProcessRunner.run(
            ProcessRequest(executable: path, arguments: arguments, environment: environment, workingDirectory: folder),
            stop: stop
        ) { chunk in
            collected.withLock { bytes in
                if bytes.count < Self.limit { bytes.append(contentsOf: chunk) }
            }
        }
        let bytes = collected.withLock { $0 }
        guard bytes.count < Self.limit else {
            throw SlipwayError(.external, "\(program) \(arguments.first ?? "") wrote more than \(Self.limit) bytes")
        }
        return Output(end: end, text: String(decoding: bytes, as: UTF8.self))
    }

    /// As `run`, where any status but 0 is an error.
    @discardableResult
    func require(_ program: String, _ arguments: [String], in folder: String, adding extra: [String: String] = [:])
        async throws -> String
    {
        let output = try await run(program, arguments, in: folder, adding: extra)
        guard output.end.isSuccess else {
            throw SlipwayError(
                .external,
                "\(program) \(Self.subcommand(arguments)) failed (status \(output.end.status))",
                why: String(output.text.suffix(2000)).trimmingCharacters(in: .whitespacesAndNewlines)
            )
        }
        return output.text
    }

    /// What names the call best: the first argument that is neither an option nor the value of `-c`.
    private static func subcommand(_ arguments: [String]) -> String {
        var rest = arguments[...]
        while let first = rest.popFirst() {
            if first == "-c" { _ = rest.popFirst() } else if !first.hasPrefix("-") { return first }
        }
        return arguments.first ?? ""
    }
}

/// Finds programs the way a shell does.
enum Executables {
    /// The first executable file of that name on a `PATH`; a name with a slash is taken as it is.
    static func find(_ name: String, path: String) -> String? {
        if name.contains("/") { return access(name, X_OK) == 0 ? name : nil }
        for folder in path.split(separator: ":", omittingEmptySubsequences: true) {
            let candidate = "\(folder)/\(name)"
            var information = stat()
            if access(candidate, X_OK) == 0, stat(candidate, &information) == 0,
                information.st_mode & S_IFMT == S_IFREG
            {
                return candidate
            }
        }
        return nil
    }
}
