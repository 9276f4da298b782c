import ArgumentParser
import Core
import Foundation
import Runner

/// The options that say what happened and with what: of `run` and `plan`.
struct EventOptions: ParsableArguments {
    @Option(help: "The event. Default: push where the workflow has it, else its first one.")
    var event: String?

    @Option(help: "The branch or tag, e.g. refs/tags/v1.2.3; it need not exist. Default: the current branch.")
    var ref: String?

    @Option(help: "The commit to run for, whatever the ref points to.")
    var sha: String?

    @Option(help: "A file with the event's payload as JSON; \"-\" reads standard input.")
    var eventFile: String?

    @Option(name: .customLong("input"), help: "An input of workflow_dispatch: NAME=VALUE. Repeatable.")
    var inputs: [String] = []

    @Option(name: .customLong("job"), help: "Only this job and what it needs. Repeatable.")
    var jobs: [String] = []

    @Flag(help: "Run the commit alone, without local changes.")
    var committed = false

    @Flag(help: "Skip jobs for other systems instead of refusing the run.")
    var skipUnsupported = false

    @Flag(help: "Give each job an empty home folder instead of yours, and no SSH agent.")
    var freshHome = false

    @Option(name: .customLong("secret"), help: "A secret: NAME (from the environment) or NAME=VALUE. Repeatable.")
    var secrets: [String] = []

    @Option(help: "A file of NAME=VALUE lines with secrets.")
    var secretsFile: String?

    @Option(name: .customLong("var"), help: "A configuration variable: NAME=VALUE or NAME. Repeatable.")
    var variables: [String] = []

    @Option(help: "A file of NAME=VALUE lines with configuration variables.")
    var varsFile: String?

    @Option(
        help: ArgumentHelp(
            "Take actions and workflows of other repositories from a folder with owner/name@ref or owner/name, or one "
                + "of them as owner/name@ref=FOLDER. Repeatable.",
            valueName: "dir"
        )
    )
    var actionsFrom: [String] = []

    @Option(help: "Where other repositories are fetched from: a server, or a folder of repositories.")
    var actionsUrl: String = "https://github.com"

    @Flag(help: "Fetch and run the originals of actions that are built in (actions/checkout, actions/cache …).")
    var originalActions = false

    /// Where the files of other repositories come from; throws `SlipwayError` where a folder is missing.
    private func remoteSource(_ environment: [String: String], from folder: String) throws -> GitRemoteSource {
        var settings = GitRemoteSource.Settings()
        settings.url = actionsUrl
        settings.usesOriginals = originalActions
        settings.replacements = try ActionFolders(actionsFrom, from: folder)
        return GitRemoteSource(
            cache: StateDirectory.locate().url.appending(path: "sources"),
            settings: settings,
            environment: environment
        )
    }

    /// A runner for the repository of the current folder; throws `SlipwayError` where there is none.
    func openRunner() async throws -> WorkflowRunner {
        let folder = FileManager.default.currentDirectoryPath
        return try await WorkflowRunner.open(
            folder: folder,
            state: StateDirectory.locate(),
            host: HostEnvironment(),
            remote: try remoteSource(ProcessInfo.processInfo.environment, from: folder)
        )
    }

    /// What the options ask of a run; throws `SlipwayError` (`.invalidInput`) for what is malformed.
    func settings(_ environment: [String: String]) throws -> RunSettings {
        var settings = RunSettings()
        settings.event = event
        settings.ref = ref
        settings.commit = sha
        settings.jobs = jobs
        settings.isCommittedOnly = committed
        settings.skipsUnsupported = skipUnsupported
        settings.givesFreshHomes = freshHome
        if let eventFile { settings.payload = try Self.read(eventFile) }
        for text in inputs {
            guard let equals = text.firstIndex(of: "=") else {
                throw SlipwayError(.invalidInput, "--input \(text): write it as NAME=VALUE")
            }
            settings.inputs[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        if let secretsFile {
            settings.secrets = try SettingsText.file(secretsFile, option: "--secrets-file").mapValues { Secret($0) }
        }
        for text in secrets {
            let pair = try SettingsText.pair(text, option: "--secret", environment: environment)
            settings.secrets[pair.name] = Secret(pair.value)
        }
        if let varsFile { settings.variables = try SettingsText.file(varsFile, option: "--vars-file") }
        for text in variables {
            let pair = try SettingsText.pair(text, option: "--var", environment: environment)
            settings.variables[pair.name] = pair.value
        }
        return settings
    }

    private static func read(_ path: String) throws -> String {
        let data =
            path == "-"
            ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: path)
        guard let data else { throw SlipwayError(.invalidInput, "Cannot read the event file \(path)") }
        return String(decoding: data, as: UTF8.self)
    }
}
