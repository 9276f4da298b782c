import Core
import Foundation
import Journal
import Synchronization
import Testing

@testable import Runner

/// A git repository in a folder of its own, with workflows to run.
struct TestProject: Sendable {
    let root: URL

    static func with(
        _ files: [String: String] = [:],
        _ body: (TestProject) async throws -> Void
    ) async throws {
        let root = URL(filePath: NSTemporaryDirectory()).resolvingSymlinksInPath()
            .appending(path: "runner-\(UUID().uuidString.prefix(13))/project")
        defer { try? FolderCopy.remove(root.deletingLastPathComponent().path) }
        let project = TestProject(root: root)
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        try await project.git("init", "-q", "-b", "main")
        try await project.git("config", "user.name", "alice")
        try await project.git("config", "user.email", "alice@example.com")
        try project.write([".gitignore": ".slipway/\n", "README.md": "hello\n"].merging(files) { $1 })
        try await project.commit("first")
        try await body(project)
    }

    var state: StateDirectory { StateDirectory(root.appending(path: ".slipway")) }

    func write(_ files: [String: String]) throws {
        for (path, text) in files {
            let url = root.appending(path: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
        }
    }

    @discardableResult
    func git(_ arguments: String...) async throws -> String {
        var environment = ProcessInfo.processInfo.environment
        environment["GIT_CONFIG_NOSYSTEM"] = "1"
        return try await ToolRunner(environment: environment).require("git", arguments, in: root.path)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func commit(_ message: String) async throws {
        try await git("add", "-A")
        try await git("commit", "-q", "--allow-empty", "-m", message)
    }

    /// Writes a workflow file and runs it; nil: the one that is there.
    func run(
        _ workflow: String?,
        settings: RunSettings = RunSettings(),
        policy: any EnvironmentPolicy = OpenEnvironments(),
        approver: any Approver = AbsentApprover(),
        variables: [String: String] = [:],
        cores: Int = 4,
        stop: StopSignal = StopSignal(),
        observer: any RunObserver = SilentObserver(),
        remote: any RemoteSource = NoRemoteSource()
    ) async throws -> TestRun {
        if let workflow { try write([".github/workflows/test.yml": workflow]) }
        let (runner, prepared) = try await prepare(
            settings: settings,
            variables: variables,
            cores: cores,
            remote: remote
        )
        let journal = try Journal(at: state.journal)
        let collector = Collector(next: observer)
        let record = try await runner.execute(
            prepared,
            journal: journal,
            policy: policy,
            approver: approver,
            observer: collector,
            stop: stop
        )
        return try await TestRun(record: record, journal: journal, state: state, notices: collector.notices)
    }

    func prepare(
        settings: RunSettings = RunSettings(),
        variables: [String: String] = [:],
        cores: Int = 4,
        remote: any RemoteSource = NoRemoteSource()
    ) async throws -> (WorkflowRunner, WorkflowRunner.Prepared) {
        var environment = ProcessInfo.processInfo.environment
        environment.merge(variables) { $1 }
        let host = HostEnvironment(variables: environment, executable: nil, cores: cores)
        let runner = try await WorkflowRunner.open(folder: root.path, state: state, host: host, remote: remote)
        let prepared = try await runner.prepare(workflow: "test", settings: settings)
        return (runner, try #require(prepared.first))
    }
}

/// What a run left in the journal and in its folder.
struct TestRun {
    let record: RunRecord
    let jobs: [JobRecord]
    let steps: [StepRecord]
    let annotations: [AnnotationRecord]
    let approvals: [ApprovalRecord]
    let notices: [String]
    let state: StateDirectory

    init(record: RunRecord, journal: Journal, state: StateDirectory, notices: [String]) async throws {
        self.record = record
        self.state = state
        self.notices = notices
        jobs = try await journal.jobs(ofRun: record.id)
        steps = try await journal.steps(ofRun: record.id)
        annotations = try await journal.annotations(ofRun: record.id)
        approvals = try await journal.approvals(ofRun: record.id)
    }

    func job(_ key: String) throws -> JobRecord { try #require(jobs.first { $0.key == key }, "no job \(key)") }

    func result(_ key: String) throws -> String? { try job(key).result?.rawValue }

    /// Conclusions of a job's steps, in order.
    func conclusions(_ key: String = "a") -> [String] {
        steps.filter { $0.jobKey == key }.sorted { $0.number < $1.number }.map { $0.conclusion?.rawValue ?? "none" }
    }

    /// What the steps of a job wrote, without the headings that repeat their scripts.
    func output(_ key: String = "a") throws -> String {
        let folder = state.url.appending(path: try job(key).directory)
        var text = ""
        for step in steps.filter({ $0.jobKey == key }).sorted(by: { $0.number < $1.number }) {
            text += try String(contentsOf: folder.appending(path: step.log), encoding: .utf8)
        }
        return text.replacing(/(?s)##\[group\]Run .*?##\[endgroup\]\n/, with: "")
    }

    /// Everything that the run wrote to its folder, as one text.
    func everything() throws -> String {
        let folder = state.runs.appending(path: record.id)
        var text = ""
        for case let name as String in FileManager.default.enumerator(atPath: folder.path) ?? .init() {
            text += name + "\n"
            if let data = FileManager.default.contents(atPath: folder.appending(path: name).path) {
                text += String(decoding: data, as: UTF8.self)
            }
        }
        return text
    }
}

/// Remembers notices, and hands everything on.
final class Collector: RunObserver {
    private let collected = Mutex<[String]>([])
    private let next: any RunObserver

    init(next: any RunObserver) { self.next = next }

    var notices: [String] { collected.withLock { $0 } }

    func observe(_ progress: RunProgress) {
        if case .notice(let text) = progress { collected.withLock { $0.append(text) } }
        next.observe(progress)
    }
}

/// Does something when a line of output appears.
final class OutputTrigger: RunObserver {
    private let text: String
    private let action: @Sendable () -> Void

    init(_ text: String, action: @escaping @Sendable () -> Void) {
        self.text = text
        self.action = action
    }

    func observe(_ progress: RunProgress) {
        // A heading repeats the script, and so the text; the line itself stands alone.
        if case .output(_, _, let output) = progress, output.split(separator: "\n").contains(Substring(text)) {
            action()
        }
    }
}
