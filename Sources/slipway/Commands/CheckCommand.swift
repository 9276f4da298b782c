import ArgumentParser
import Core
import Foundation
import Workflows

/// `slipway check`: finds before the push what GitHub would reject or what would surprise.
struct CheckCommand: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json, sarif
    }

    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check workflow and action files.",
        discussion: "Exits with 1 if there are errors, and with 0 if there are only warnings."
    )

    @Argument(help: "The files; by default all of .github/workflows and .github/actions. \"-\" reads standard input.")
    var files: [String] = []

    @Option(help: "text, json or sarif.")
    var format: Format = .text

    @Option(help: "The name that a file from standard input has in messages.")
    var stdinName = "<stdin>"

    func run() throws {
        let folder = URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
        let root = StateDirectory.projectRoot(from: folder) ?? folder
        let checker = WorkflowChecker(files: RepositoryFiles(root: root))
        let paths = files.isEmpty ? try RepositoryFiles(root: root).checkable(from: folder) : files
        let report = CheckReport(
            try paths.map { path in
                let name = path == "-" ? stdinName : path
                let text = try Self.read(path)
                let isAction = ["action.yml", "action.yaml"].contains(URL(filePath: name).lastPathComponent)
                let found =
                    isAction ? checker.check(action: text, path: name) : checker.check(workflow: text, path: name)
                return CheckReport.File(path: name, text: text, diagnostics: found)
            }
        )
        print(output(of: report), terminator: "")
        if report.hasErrors { throw ArgumentParser.ExitCode(Core.ExitCode.failure.rawValue) }
    }

    private func output(of report: CheckReport) -> String {
        switch format {
        case .text: report.text(color: isatty(STDOUT_FILENO) == 1 && !Self.isColorOff)
        case .json: report.json.text(pretty: true) + "\n"
        case .sarif: report.sarif(toolVersion: slipwayVersion).text(pretty: true) + "\n"
        }
    }

    private static var isColorOff: Bool { ProcessInfo.processInfo.environment["NO_COLOR"]?.isEmpty == false }

    private static func read(_ path: String) throws -> String {
        let data: Data
        do {
            data =
                path == "-" ? FileHandle.standardInput.readDataToEndOfFile() : try Data(contentsOf: URL(filePath: path))
        } catch {
            throw SlipwayError(.invalidInput, "Cannot read \(path)", why: error.localizedDescription)
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw SlipwayError(.invalidInput, "\(path) is not UTF-8 text")
        }
        return text
    }
}

/// The files of the repository that is checked.
private struct RepositoryFiles: ReferencedFiles {
    let root: URL

    var isAvailable: Bool { true }

    func contents(of path: String) -> String? {
        try? String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// All workflows, and the actions below `.github/actions`, named as seen from `folder`.
    func checkable(from folder: URL) throws -> [String] {
        let workflows = names(in: ".github/workflows").filter { $0.hasSuffix(".yml") || $0.hasSuffix(".yaml") }
        let actions = names(in: ".github/actions").flatMap { action in
            names(in: ".github/actions/\(action)").filter { $0 == "action.yml" || $0 == "action.yaml" }
                .map { ".github/actions/\(action)/\($0)" }
        }
        let all = workflows.map { ".github/workflows/\($0)" } + actions
        guard !all.isEmpty else {
            throw SlipwayError(
                .invalidInput,
                "There are no workflows in \(root.appending(path: ".github/workflows").path)",
                next: "Name the files to check, or run this inside a repository."
            )
        }
        let isRoot = folder.standardizedFileURL.path == root.standardizedFileURL.path
        return isRoot ? all : all.map { root.appending(path: $0).path }
    }

    private func names(in path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: path).path)) ?? []).sorted()
    }
}
