import Core
import Foundation
import OrderedCollections
import Synchronization

/// Carries out the commands that a step writes to its output.
///
/// Source of the rules: `ActionCommandManager` of GitHub's runner.
final class CommandProcessor: Sendable {
    /// What becomes of a line.
    enum Verdict: Sendable, Hashable {
        /// It is no command: it is shown as it is.
        case plain
        /// It was a command: these lines are shown in its place.
        case replaced([String])
    }

    private struct State {
        var stopToken: String?
        var echoes = false
        var effects = StepEffects()
        var matchers: ProblemMatcherSet
    }

    static let registered: Set<String> = [
        "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice",
        "remove-matcher", "save-state", "set-env", "set-output", "warning", "stop-commands",
    ]

    private let log: StepLog
    private let workspace: String
    let allowsUnsecureCommands: Bool
    private let showsDebug: Bool
    private let state: Mutex<State>

    init(
        log: StepLog,
        workspace: String,
        matchers: ProblemMatcherSet,
        allowsUnsecureCommands: Bool,
        showsDebug: Bool
    ) {
        self.log = log
        self.workspace = workspace
        self.allowsUnsecureCommands = allowsUnsecureCommands
        self.showsDebug = showsDebug
        state = Mutex(State(echoes: showsDebug, matchers: matchers))
    }

    var effects: StepEffects { state.withLock { $0.effects } }
    var matchers: ProblemMatcherSet { state.withLock { $0.matchers } }
    /// Whether every line must be looked at, not only those that may hold a command.
    var hasMatchers: Bool { state.withLock { !$0.matchers.isEmpty } }

    /// Changes what the step has done; for built-in actions and environment files.
    func update<Value: Sendable>(_ body: @Sendable (inout StepEffects) -> Value) -> Value {
        state.withLock { body(&$0.effects) }
    }

    /// Takes over what a process did by commands that were carried out elsewhere.
    func adopt(_ outcome: ProcessOutcome) {
        log.masker.add(outcome.effects.masks.map { Secret($0) })
        state.withLock { state in
            state.effects.merge(outcome.effects)
            state.matchers = outcome.matchers
        }
    }

    /// Looks at one line without its line feed.
    func process(_ line: String) -> Verdict {
        state.withLock { state in
            let command = WorkflowCommand(line: line) {
                Self.registered.contains($0) || $0 == state.stopToken?.lowercased()
            }
            guard let command else {
                if let annotation = state.matchers.match(line) {
                    state.effects.add(annotation)
                    return .plain
                }
                return .plain
            }
            if let token = state.stopToken {
                guard command.name == token.lowercased() else { return .plain }
                state.stopToken = nil
                return .replaced([line])
            }
            do throws(StepFailure) {
                var lines = try execute(command, &state)
                if state.echoes, command.name != "add-mask", !Self.alwaysShown.contains(command.name) {
                    lines.insert(line, at: 0)
                }
                return .replaced(lines)
            } catch {
                let what = command.name == "add-mask" ? command.name : line
                state.effects.hasFailed = true
                return .replaced([
                    fail("Unable to process command '\(what)' successfully.", &state), fail(error.message, &state),
                ])
            }
        }
    }

    private static let alwaysShown: Set<String> = ["error", "warning", "notice", "group", "endgroup", "debug"]

    private func fail(_ message: String, _ state: inout State) -> String {
        state.effects.add(Annotation(.error, message))
        return "##[error]\(message)"
    }

    private func execute(_ command: WorkflowCommand, _ state: inout State) throws(StepFailure) -> [String] {
        switch command.name {
        case "error", "warning", "notice":
            return [annotate(command, &state)]
        case "debug": return showsDebug ? ["##[debug]\(command.data)"] : []
        case "group", "endgroup": return ["##[\(command.name)]\(command.data)"]
        case "echo": try setEcho(command.data, &state)
        case "add-mask":
            guard !command.data.allSatisfy(\.isWhitespace) else {
                return ["##[warning]Can't add secret mask for empty string in ##[add-mask] command."]
            }
            state.effects.masks.append(command.data)
            log.masker.add(Secret(command.data))
        case "stop-commands":
            try stopCommands(command.data, &state)
            return ["::stop-commands::\(command.data)"]
        case "set-output":
            guard let name = command["name"] else {
                throw StepFailure("Required field 'name' is missing in ##[set-output] command.")
            }
            state.effects.outputs[name] = command.data
            return [deprecated("set-output", &state)]
        case "save-state":
            guard let name = command["name"] else {
                throw StepFailure("Required field 'name' is missing in ##[save-state] command.")
            }
            state.effects.state[name] = command.data
            return [deprecated("save-state", &state)]
        case "set-env":
            try requireUnsecure("set-env")
            guard let name = command["name"] else {
                throw StepFailure("Required field 'name' is missing in ##[set-env] command.")
            }
            state.effects.environment[name] = command.data
        case "add-path":
            try requireUnsecure("add-path")
            guard !command.data.isEmpty else { throw StepFailure("path") }
            state.effects.paths.append(command.data)
        case "add-matcher": try addMatcher(command.data, &state)
        case "remove-matcher":
            guard let owner = command["owner"] else {
                throw StepFailure("The remove-matcher command needs the owner property.")
            }
            state.matchers.remove(owner: owner)
        default: break
        }
        return []
    }

    private func annotate(_ command: WorkflowCommand, _ state: inout State) -> String {
        let level = Annotation.Level(rawValue: command.name) ?? .notice
        var annotation = Annotation(level, command.data)
        annotation.title = command["title"]
        annotation.file = command["file"].map {
            $0.hasPrefix(workspace + "/") ? String($0.dropFirst(workspace.count + 1)) : $0
        }
        annotation.line = command["line"].flatMap { Int($0) }
        annotation.endLine = command["endline"].flatMap { Int($0) }
        annotation.column = (command["col"] ?? command["column"]).flatMap { Int($0) }
        annotation.endColumn = (command["endcolumn"] ?? command["endcol"]).flatMap { Int($0) }
        state.effects.add(annotation)
        return "##[\(command.name)]\(command.data)"
    }

    private func setEcho(_ data: String, _ state: inout State) throws(StepFailure) {
        switch data.trimmingCharacters(in: .whitespaces).uppercased() {
        case "ON": state.echoes = true
        case "OFF": state.echoes = false
        default:
            throw StepFailure(
                "Invalid echo command value. Possible values can be: 'on', 'off'. Current value is: '\(data)'."
            )
        }
    }

    private func stopCommands(_ token: String, _ state: inout State) throws(StepFailure) {
        let isReserved = Self.registered.contains(token.lowercased()) || token.lowercased() == "pause-logging"
        guard !token.allSatisfy(\.isWhitespace), !isReserved else {
            throw StepFailure(
                "Invalid stop token: a token must not be empty, 'pause-logging', or a registered command: '\(token)'"
            )
        }
        state.stopToken = token
        if token.count > 6 {
            state.effects.masks.append(token)
            log.masker.add(Secret(token))
        }
    }

    private func deprecated(_ name: String, _ state: inout State) -> String {
        let message =
            "The `\(name)` command is deprecated and will be disabled soon. Please upgrade to using Environment Files."
        state.effects.add(Annotation(.warning, message))
        return "##[warning]\(message)"
    }

    private func requireUnsecure(_ name: String) throws(StepFailure) {
        guard allowsUnsecureCommands else {
            throw StepFailure(
                "The `\(name)` command is disabled. Please upgrade to using Environment Files or opt into unsecure "
                    + "command execution by setting the `ACTIONS_ALLOW_UNSECURE_COMMANDS` environment variable to `true`."
            )
        }
    }

    private func addMatcher(_ path: String, _ state: inout State) throws(StepFailure) {
        guard !path.isEmpty else { throw StepFailure("File path must be specified.") }
        let file = path.hasPrefix("/") ? path : "\(workspace)/\(path)"
        do {
            state.matchers.add(try ProblemMatcherFile.read(file))
        } catch {
            throw StepFailure("Unable to read the problem matchers of \(path): \(StepFailure.message(of: error))")
        }
    }
}
