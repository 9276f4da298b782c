import Core
import Foundation

/// Where a run keeps its files.
struct RunLayout: Sendable {
    let state: StateDirectory
    /// `runs/<id>`: logs, summaries, the event, artifacts.
    let run: URL
    /// `work/<repository>/<workflow>`: one folder a job, the same in every run.
    let work: URL
    let repositoryName: String

    init(state: StateDirectory, runId: String, repositoryName: String, workflowFile: String) {
        self.state = state
        self.repositoryName = repositoryName
        run = state.runs.appending(path: runId)
        let workflow = URL(filePath: workflowFile).deletingPathExtension().lastPathComponent
        work = state.url.appending(path: "work/\(Self.slug(repositoryName))/\(Self.slug(workflow))")
    }

    /// The event, masked, for people.
    var event: URL { run.appending(path: "event.json") }
    var artifacts: URL { run.appending(path: "artifacts") }

    func job(_ key: String) -> JobFolders {
        JobFolders(
            root: work.appending(path: key),
            logs: run.appending(path: "jobs/\(key)"),
            repositoryName: Self.slug(repositoryName),
            tools: state.url.appending(path: "tools")
        )
    }

    /// A text as one folder name: what is unsafe in a path becomes `-`.
    static func slug(_ text: String) -> String {
        let mapped = text.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" }
        let slug = String(String(mapped).drop { $0 == "." || $0 == "-" }.prefix(80))
        return slug.isEmpty ? "_" : slug
    }
}

/// The folders of one job.
struct JobFolders: Sendable {
    let root: URL
    /// Logs and summary, inside the run's folder.
    let logs: URL
    let repositoryName: String
    /// `RUNNER_TOOL_CACHE`, shared by all jobs.
    let tools: URL

    /// `GITHUB_WORKSPACE`.
    var workspace: String { root.appending(path: repositoryName).path }
    /// `HOME`, where each job has its own.
    var home: String { root.appending(path: "_home").path }
    /// `RUNNER_TEMP`.
    var temp: String { root.appending(path: "_temp").path }
    /// `GITHUB_EVENT_PATH`.
    var event: String { root.appending(path: "_temp/event.json").path }
    var fileCommands: String { root.appending(path: "_temp/_runner_file_commands").path }
    /// Modification times that checkouts of earlier runs gave.
    var checkouts: String { root.appending(path: "_checkouts").path }
    /// There while a run uses the folder, and after its engine was killed.
    var running: String { root.appending(path: ".running").path }
    var lock: String { root.appending(path: ".lock").path }
    var summary: URL { logs.appending(path: "summary.md") }
}
