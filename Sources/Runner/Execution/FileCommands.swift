import Core
import Foundation
import OrderedCollections

/// The files through which a step talks to its job: `GITHUB_ENV`, `GITHUB_OUTPUT` and so on. Each part of a step gets
/// its own.
struct FileCommands: Sendable {
    /// GitHub's limit for the summary of one step.
    static let maximumSummary = 1 << 20

    private let folder: String
    private let id: String

    /// - Parameters:
    ///   - folder: where the files are made.
    ///   - key: the part of the step that they belong to; they are named by it.
    ///   - isKept: whether a process of an earlier engine writes to them.
    /// - Throws: `SlipwayError` (`.external`) where they cannot be made.
    init(folder: String, key: PartKey, isKept: Bool = false) throws {
        self.folder = folder
        id = "\(key.step)-\(key.part)"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for file in Kind.allCases where !isKept || !FileManager.default.fileExists(atPath: path(file)) {
                let descriptor = open(path(file), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
                guard descriptor >= 0 else {
                    throw SlipwayError(.external, "Cannot make \(path(file))", why: String(cString: strerror(errno)))
                }
                close(descriptor)
            }
        } catch {
            throw SlipwayError(.external, "Cannot make files in \(folder)", why: error.localizedDescription)
        }
    }

    private enum Kind: String, CaseIterable {
        case path = "add_path"
        case environment = "set_env"
        case summary = "step_summary"
        case state = "save_state"
        case output = "set_output"

        var variable: String {
            switch self {
            case .path: "GITHUB_PATH"
            case .environment: "GITHUB_ENV"
            case .summary: "GITHUB_STEP_SUMMARY"
            case .state: "GITHUB_STATE"
            case .output: "GITHUB_OUTPUT"
            }
        }
    }

    private func path(_ kind: Kind) -> String { "\(folder)/\(kind.rawValue)_\(id)" }

    /// The variables that name the files.
    var variables: [String: String] {
        Dictionary(uniqueKeysWithValues: Kind.allCases.map { ($0.variable, path($0)) })
    }

    /// Reads what the step wrote into its effects.
    ///
    /// A malformed file fails the step, as on GitHub.
    ///
    /// - Returns: the step's summary; empty where it wrote none.
    func collect(into commands: CommandProcessor, log: StepLog) -> String {
        var summary = ""
        for kind in Kind.allCases {
            var information = stat()
            guard stat(path(kind), &information) == 0, information.st_size > 0,
                let data = FileManager.default.contents(atPath: path(kind))
            else { continue }
            var text = String(decoding: data, as: UTF8.self)
            if text.hasPrefix("\u{FEFF}") { text.removeFirst() }
            do {
                switch kind {
                case .path:
                    commands.update { [text] effects in
                        effects.paths += text.split(whereSeparator: \.isNewline).map(String.init)
                    }
                case .environment: try setEnvironment(text, commands, log)
                case .state:
                    let pairs = try EnvironmentFile.parse(text)
                    commands.update { effects in for pair in pairs { effects.state[pair.name] = pair.value } }
                case .output:
                    let pairs = try EnvironmentFile.parse(text)
                    commands.update { effects in for pair in pairs { effects.outputs[pair.name] = pair.value } }
                case .summary:
                    if data.count > Self.maximumSummary {
                        report(
                            .error,
                            "$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got "
                                + "\(data.count / 1024)k.",
                            commands,
                            log
                        )
                    } else {
                        summary = text
                    }
                }
            } catch {
                let name = kind.variable.dropFirst("GITHUB_".count).lowercased()
                report(.error, "Unable to process file command '\(name)' successfully.", commands, log)
                report(.error, "\(error)", commands, log)
                commands.update { $0.hasFailed = true }
            }
        }
        return summary
    }

    func remove() {
        for kind in Kind.allCases { unlink(path(kind)) }
    }

    private func setEnvironment(_ text: String, _ commands: CommandProcessor, _ log: StepLog) throws {
        for pair in try EnvironmentFile.parse(text) {
            if pair.name.uppercased() == "NODE_OPTIONS" {
                report(.error, "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.", commands, log)
            } else if pair.name.hasPrefix("GITHUB_") && pair.name != "GITHUB_TOKEN" || pair.name.hasPrefix("RUNNER_") {
                report(.warning, "\(pair.name) cannot be set through $GITHUB_ENV: it is ignored.", commands, log)
            } else {
                commands.update { $0.environment[pair.name] = pair.value }
            }
        }
    }

    private func report(_ level: Annotation.Level, _ text: String, _ commands: CommandProcessor, _ log: StepLog) {
        commands.update { $0.add(Annotation(level, text)) }
        log.line("##[\(level.rawValue)]\(text)")
    }
}
