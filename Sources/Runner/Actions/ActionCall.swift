import Core
import Foundation
import OrderedCollections

/// One use of an action that Slipway carries out itself.
struct ActionCall: Sendable {
    /// By lower-case name, with the action's defaults filled in.
    let inputs: [String: String]
    let log: StepLog
    let commands: CommandProcessor
    let workspace: String
    let jobKey: String
    let folders: JobFolders
    let run: RunContext
    let stop: StopSignal
    /// State that the main part left for the post part.
    let state: [String: String]
    /// `PATH` and the like for the tools that the action starts.
    let environment: [String: String]
    /// Whether the job's steps run on this machine, not in a container.
    let isOnHost: Bool

    func input(_ name: String) -> String { (inputs[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines) }

    /// An input of several lines, without blank ones.
    func lines(_ name: String) -> [String] {
        input(name).split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }

    /// A boolean by YAML 1.2's core schema, as `core.getBooleanInput` reads it.
    ///
    /// - Throws: `StepFailure` for anything else.
    func flag(_ name: String) throws(StepFailure) -> Bool {
        switch input(name) {
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE", "": return false
        default:
            throw StepFailure(
                "Input does not meet YAML 1.2 \"Core Schema\" specification: \(name)\n"
                    + "Support boolean input list: `true | True | TRUE | false | False | FALSE`"
            )
        }
    }

    func info(_ text: String) { log.line(text) }

    func warning(_ text: String) {
        commands.update { $0.add(Annotation(.warning, text)) }
        log.line("##[warning]\(text)")
    }

    func setOutput(_ name: String, _ value: String) { commands.update { $0.outputs[name] = value } }

    func saveState(_ name: String, _ value: String) { commands.update { $0.state[name] = value } }

    var home: String { environment["HOME"] ?? run.host.home }

    var tools: ToolRunner { ToolRunner(environment: environment, stop: stop) }
}

/// An action that Slipway carries out itself, behaving as the original does.
protocol BuiltInAction: Sendable {
    /// Input names in lower case, with their defaults.
    var inputs: [String: String] { get }
    /// Whether there is something to do at the job's end, unless the job failed or was cancelled.
    var hasPost: Bool { get }

    /// - Throws: `StepFailure` and other errors, which fail the step.
    func main(_ call: ActionCall) async throws
    func post(_ call: ActionCall) async throws
}

extension BuiltInAction {
    var hasPost: Bool { false }
    func post(_ call: ActionCall) async throws {}
}

/// The actions that need no download.
enum BuiltInActions {
    private static let all: [String: any BuiltInAction] = [
        "actions/checkout": CheckoutAction(),
        "actions/upload-artifact": UploadArtifactAction(),
        "actions/download-artifact": DownloadArtifactAction(),
        "actions/cache": CacheAction(part: .both),
        "actions/cache/save": CacheAction(part: .save),
        "actions/cache/restore": CacheAction(part: .restore),
        "actions/setup-node": SetupAction(tool: SetupNode()),
        "actions/setup-python": SetupAction(tool: SetupPython()),
        "actions/setup-go": SetupAction(tool: SetupGo()),
        "actions/setup-java": SetupAction(tool: SetupJava()),
        "swift-actions/setup-swift": SetupAction(tool: SetupSwift()),
    ]

    static func action(owner: String, name: String, path: String) -> (any BuiltInAction)? {
        all[[owner, name, path].filter { !$0.isEmpty }.joined(separator: "/").lowercased()]
    }

    static var names: [String] { all.keys.sorted() }
}
