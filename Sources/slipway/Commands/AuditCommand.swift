import ArgumentParser
import CodeAudit
import Core
import Foundation
import Images

/// `slipway audit`: secrets in a source tree and its history, and faults in its Swift code.
struct AuditCommand: AsyncParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument { case text, json, sarif }

    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Look for secrets and for insecure Swift code.",
        discussion: """
            Files that git tracks or would add, and every line that was ever committed. A finding is accepted by a comment
            on its line or on the line above: slipway:allow(RULE) REASON; or in \(IgnoreList.fileName), with a last day.
            Exit code 1 means findings of the given severity, or a decision whose day has passed.
            """
    )

    @Argument(help: "The folder to audit.", completion: .directory)
    var path = "."

    @Option(help: "Fail on findings of this severity and above: low, medium, high or critical.")
    var failOn: AuditRule.Severity = .medium

    @Option(help: "Leave out findings less sure than this: low, medium or high.")
    var confidence: AuditRule.Confidence = .medium

    @Flag(inversion: .prefixedNo, help: "Look for secrets in the git history too.")
    var history = true

    @Flag(help: "Apply the rules about code to tests too.")
    var includeTests = false

    @Option(
        help: "The list of accepted findings; by default \(IgnoreList.fileName) in the folder.",
        completion: .file()
    )
    var ignoreFile: String?

    @Option(help: "How to print: text, json or sarif.")
    var format: Format = .text

    @Option(help: "Write the report to a file instead of the terminal.", completion: .file())
    var output: String?

    @Flag(help: "List the rules and stop.")
    var rules = false

    func run() async throws {
        if rules {
            print(Self.ruleTable)
            return
        }
        let root = URL(filePath: path, directoryHint: .isDirectory)
        guard (try? root.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true else {
            throw SlipwayError(.invalidInput, "There is no folder \(path)")
        }
        var options = Auditor.Options()
        options.policy = AuditReport.Policy(failOn: failOn, confidence: confidence)
        options.lintsTests = includeTests
        options.readsHistory = history
        let isRepository = StateDirectory.projectRoot(from: root) != nil
        let report = try await Auditor(
            root: root,
            git: isRepository ? AuditGit(folder: root) : nil,
            ignores: try IgnoreFile.read(ignoreFile, in: root).audit,
            today: IgnoreFile.today,
            options: options
        ).audit()
        let text =
            switch format {
            case .text: report.text
            case .json: report.json.text(pretty: true)
            case .sarif: report.sarif(toolVersion: slipwayVersion).text(pretty: true)
            }
        try OutputFile.write(text, to: output)
        if output != nil { FileHandle.standardError.write(Data("\(report.text)\n".utf8)) }
        if !report.passes { throw ArgumentParser.ExitCode(Core.ExitCode.failure.rawValue) }
    }

    private static var ruleTable: String {
        let rows = AuditRules.all.map { rule in
            [rule.id, rule.severity.rawValue, rule.confidence.rawValue, "CWE-\(rule.cwe)", rule.title]
        }
        return TextTable.render([["RULE", "SEVERITY", "CONFIDENCE", "CWE", "FINDS"]] + rows)
    }
}

extension AuditRule.Severity: ExpressibleByArgument {}
extension AuditRule.Confidence: ExpressibleByArgument {}

/// The list of accepted findings of a folder.
enum IgnoreFile {
    /// - Throws: `SlipwayError` where a named file is missing, `DiagnosticsError` where a list is wrong.
    static func read(_ path: String?, in folder: URL?) throws -> IgnoreList {
        let file = path.map { URL(filePath: $0) } ?? folder?.appending(path: IgnoreList.fileName)
        guard let file, path != nil || FileManager.default.fileExists(atPath: file.path) else { return .empty }
        guard let text = try? String(contentsOf: file, encoding: .utf8) else {
            throw SlipwayError(.invalidInput, "Cannot read \(file.path)")
        }
        return try IgnoreList(parsing: text, file: path ?? IgnoreList.fileName)
    }

    /// In UTC, so that a list expires everywhere at once.
    static var today: String { String(Date.now.formatted(.iso8601).prefix(10)) }
}
