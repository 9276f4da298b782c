import ArgumentParser
import Core
import Foundation
import Workflows

/// `slipway check`: finds before the push what GitHub would reject or what would surprise.
struct CheckCommand: AsyncParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json, sarif
    }

    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check workflow and action files.",
        discussion: "Exits with 1 if there are errors, and with 0 if there are only warnings."
    )

    @Argument(
        help: "The files; by default all of .github/workflows and .github/actions. \"-\" reads standard input.",
        completion: .file(extensions: ["yml", "yaml"])
    )
    var files: [String] = []

    @Option(help: "text, json or sarif.")
    var format: Format = .text

    @Option(help: "The name that a file from standard input has in messages.")
    var stdinName = "<stdin>"

    @Flag(inversion: .prefixedNo, help: "Look into scripts with shellcheck; by default where it is installed.")
    var shellcheck: Bool?

    func run() async throws {
        let folder = URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
        let root = StateDirectory.projectRoot(from: folder) ?? folder
        let repository = RepositoryFiles(root: root)
        let paths = files.isEmpty ? try repository.checkable(from: folder) : files
        let sources = try paths.map { Source(path: $0 == "-" ? stdinName : $0, text: try Self.read($0)) }
        var found = await Self.check(sources, repository)
        if shellcheck ?? ShellCheckTool.isInstalled {
            let positions = Dictionary(
                sources.indices.map { (sources[$0].path, $0) },
                uniquingKeysWith: { first, _ in first }
            )
            for finding in try await ShellCheckTool().check(sources.flatMap(\.shellScripts)) {
                guard let index = positions[finding.location.file] else { continue }
                found[index].append(finding)
            }
        }
        let report = CheckReport(
            zip(sources, found).map { source, diagnostics in
                CheckReport.File(
                    path: source.path,
                    text: source.text,
                    diagnostics: diagnostics.sorted { $0.location < $1.location }
                )
            }
        )
        print(output(of: report), terminator: "")
        if report.hasErrors { throw ArgumentParser.ExitCode(Core.ExitCode.failure.rawValue) }
    }

    /// Checks all files, as many at once as the machine has cores.
    private static func check(_ sources: [Source], _ repository: RepositoryFiles) async -> [[Diagnostic]] {
        let checker = WorkflowChecker(files: repository)
        let workers = max(1, min(sources.count, ProcessInfo.processInfo.activeProcessorCount))
        return await withTaskGroup(of: [(Int, [Diagnostic])].self) { group in
            for worker in 0..<workers {
                group.addTask {
                    stride(from: worker, to: sources.count, by: workers).map { ($0, sources[$0].check(checker)) }
                }
            }
            var found = [[Diagnostic]](repeating: [], count: sources.count)
            for await part in group { for (index, diagnostics) in part { found[index] = diagnostics } }
            return found
        }
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

/// A file to check.
private struct Source: Sendable {
    /// As it is named in messages.
    let path: String
    let text: String

    private var isAction: Bool { ["action.yml", "action.yaml"].contains(URL(filePath: path).lastPathComponent) }

    func check(_ checker: WorkflowChecker) -> [Diagnostic] {
        isAction ? checker.check(action: text, path: path) : checker.check(workflow: text, path: path)
    }

    var shellScripts: [ShellScript] {
        isAction
            ? ActionParser.parse(text, path: path).model?.shellScripts ?? []
            : WorkflowParser.parse(text, path: path).model?.shellScripts ?? []
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
