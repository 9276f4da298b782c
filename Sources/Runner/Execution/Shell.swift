import Core
import Foundation

/// How a `run` script is started.
struct Shell: Sendable {
    let executable: String
    let arguments: [String]
    let script: String
    /// For the log: the template with the program's path.
    let display: String

    /// The template of each shell that GitHub knows.
    private static let templates: [String: (command: String, arguments: String)] = [
        "bash": ("bash", "--noprofile --norc -e -o pipefail {0}"),
        "sh": ("sh", "-e {0}"),
        "python": ("python", "{0}"),
        "pwsh": ("pwsh", "-command \". '{0}'\""),
    ]

    private static let foreign: Set<String> = ["cmd", "powershell"]

    /// - Parameters:
    ///   - shell: as the workflow says; nil for the default.
    ///   - script: the commands.
    ///   - folder: where the script's file is made.
    ///   - path: where programs are looked for.
    ///   - executor: what runs the script.
    /// - Returns: what starts the script, which is written to a file of its own.
    /// - Throws: `StepFailure` where the shell is unknown, not installed or no template; `SlipwayError` (`.external`)
    ///   where the script cannot be written.
    static func prepare(
        _ shell: String?,
        script: String,
        folder: String,
        path: String,
        on executor: any StepExecutor = HostExecutor()
    ) throws -> Shell {
        let (command, template) = try resolve(shell, path: path, on: executor)
        guard let executable = executor.find(command, path: path) else {
            throw StepFailure("\(command): command not found")
        }
        let name = URL(filePath: command).lastPathComponent
        let file = "\(folder)/\(UUID().uuidString.lowercased())\(fileExtension(of: name))"
        try write(script, shell: name, to: file)
        let arguments = CommandLineWords.split(template).map { $0.replacing("{0}", with: file) }
        return Shell(
            executable: executable,
            arguments: arguments,
            script: file,
            display: "\(executable) \(template)"
        )
    }

    private static func resolve(
        _ shell: String?,
        path: String,
        on executor: any StepExecutor
    ) throws(StepFailure) -> (String, String) {
        guard let shell, !shell.isEmpty else {
            // Without `shell` GitHub's default is a bash without pipefail, or sh where there is no bash.
            // In a container it is always sh.
            let hasBash = executor.isHost && executor.find("bash", path: path) != nil
            return hasBash ? ("bash", "-e {0}") : ("sh", "-e {0}")
        }
        let trimmed = shell.trimmingCharacters(in: .whitespaces)
        let parts = trimmed.split(separator: " ", maxSplits: 1).map(String.init)
        guard let command = parts.first else { throw StepFailure("The shell is empty") }
        if parts.count == 1 {
            if let known = templates[command.lowercased()] { return known }
            if foreign.contains(command.lowercased()) {
                throw StepFailure("The shell \(command) exists on Windows only")
            }
        }
        guard parts.count == 2, parts[1].contains("{0}") else {
            throw StepFailure(
                "Invalid shell option. Shell must be a valid built-in (bash, sh, cmd, powershell, pwsh) or a format "
                    + "string containing '{0}'"
            )
        }
        return (command, parts[1])
    }

    /// Whether the workflow's `shell` can be run at all; for a check before anything runs.
    static func isKnown(_ shell: String) -> Bool {
        let parts = shell.trimmingCharacters(in: .whitespaces).split(separator: " ", maxSplits: 1)
        if parts.count == 2 { return parts[1].contains("{0}") }
        return parts.isEmpty || templates[parts[0].lowercased()] != nil
    }

    private static func fileExtension(of shell: String) -> String {
        switch shell.lowercased() {
        case "bash", "sh": ".sh"
        case "python": ".py"
        case "pwsh": ".ps1"
        default: ""
        }
    }

    private static func write(_ script: String, shell: String, to file: String) throws {
        var content = script
        if shell.lowercased() == "pwsh" {
            content =
                "$ErrorActionPreference = 'stop'\n\(script)\n"
                + "if ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }"
        }
        do {
            try Data(content.utf8).write(to: URL(filePath: file))
        } catch {
            throw SlipwayError(.external, "Cannot write the script \(file)", why: error.localizedDescription)
        }
    }
}

/// Splits a command line at blanks outside double quotes.
enum CommandLineWords {
    static func split(_ text: String) -> [String] {
        var words: [String] = []
        var word: String?
        var isQuoted = false
        var rest = text[...]
        while let character = rest.popFirst() {
            switch character {
            case "\"":
                isQuoted.toggle()
                word = word ?? ""
            case "\\" where rest.first == "\"":
                word = (word ?? "") + "\""
                rest.removeFirst()
            case " " where !isQuoted, "\t" where !isQuoted:
                if let complete = word { words.append(complete) }
                word = nil
            default: word = (word ?? "") + String(character)
            }
        }
        if let word { words.append(word) }
        return words
    }
}
