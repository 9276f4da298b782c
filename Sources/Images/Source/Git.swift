import Core
import Foundation
import Subprocess
import SystemPackage

/// Runs git and takes its answer.
struct Git {
    let folder: URL
    var environment: [String: String] = [:]

    /// The first line or lines that git prints; nil where git is missing or says no.
    func answer(_ arguments: String...) async throws -> String? {
        var variables: [Environment.Key: String] = ["GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"]
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        // Variables of a hook or another git above us would point at another repository.
        let inherited = Environment.inherit.updating(variables)
        do {
            let result = try await Subprocess.run(
                .name("git"),
                arguments: Arguments(arguments),
                environment: inherited,
                workingDirectory: FilePath(folder.path),
                output: .string(limit: 4 << 20),
                error: .discarded
            )
            guard result.terminationStatus.isSuccess else { return nil }
            return result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
        } catch is SubprocessError {
            // No git on this machine, or a folder that is not there: there is nothing to say about a revision.
            return nil
        }
    }
}
