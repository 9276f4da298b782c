import ArgumentParser
import Core
import Delivery
import Foundation

/// Where `deploy` and `history` print, and whom they ask.
struct DeliveryConsole {
    let isJSON: Bool
    let reporter: TextReporter

    /// - Parameter isJSON: Standard output is for the one JSON document; all else goes to standard error.
    init(isJSON: Bool) {
        self.isJSON = isJSON
        let handle: FileHandle = isJSON ? .standardError : .standardOutput
        let isTerminal = isatty(handle.fileDescriptor) == 1
        let hasColour = isTerminal && ProcessInfo.processInfo.environment["NO_COLOR"]?.isEmpty != false
        reporter = TextReporter(
            style: .init(isLive: isTerminal, hasColour: hasColour, width: Self.width(of: handle)),
            write: { handle.write(Data($0.utf8)) }
        )
    }

    private static func width(of handle: FileHandle) -> Int {
        var size = winsize()
        guard ioctl(handle.fileDescriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 120 }
        return Int(size.ws_col)
    }

    func show(_ text: String, json: JSON) {
        FileHandle.standardOutput.write(Data((isJSON ? json.text(pretty: true) : text).utf8 + Data("\n".utf8)))
    }

    /// Shows how a release ended. One that went back is the pipeline's no; one that somebody asked to go back has done
    /// what was asked.
    func finish(_ outcome: ReleaseOutcome, isAskedToGoBack: Bool) throws {
        let summary = ReleaseSummary(outcome)
        show(summary.text, json: try summary.json())
        let isDone = outcome.isGood || isAskedToGoBack && outcome.result == .rolledBack
        if !isDone { throw ArgumentParser.ExitCode(Core.ExitCode.failure.rawValue) }
    }

    /// Asks at the terminal; nil where nobody is there.
    func prompt(environment: String) -> (@Sendable () -> Bool)? {
        guard isatty(STDIN_FILENO) == 1 else { return nil }
        return {
            FileHandle.standardError.write(Data("Release this to \(environment)? [y/N] ".utf8))
            return ["y", "yes"].contains(readLine()?.trimmingCharacters(in: .whitespaces).lowercased() ?? "")
        }
    }
}

extension DeliveryService {
    /// The delivery file of the project that holds the current folder.
    static func projectFile() throws -> DeliveryFile {
        let current = URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
        return try DeliveryFileReader.read(folder: DeliveryFileReader.folder(from: current))
    }

    /// The service of the project that holds the current folder.
    static func inProject(environment: String, reporter: any ReleaseReporter) throws -> DeliveryService {
        try DeliveryService(
            file: try projectFile(),
            environment: environment,
            state: .locate(),
            variables: ProcessInfo.processInfo.environment,
            reporter: reporter
        )
    }
}
