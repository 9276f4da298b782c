import CodeAudit
import Core
import Foundation
import Subprocess
import SystemPackage

/// Runs the machine's git for `slipway audit`.
struct AuditGit: GitClient {
    let folder: URL

    func run(_ arguments: [String], _ take: (ArraySlice<UInt8>) throws -> Void) async throws -> Bool {
        do {
            let result = try await Subprocess.run(
                .name("git"),
                arguments: Arguments(arguments),
                workingDirectory: FilePath(folder.path(percentEncoded: false)),
                input: .none,
                output: .sequence,
                error: .discarded
            ) { execution in
                for try await piece in execution.standardOutput {
                    try take(piece.withUnsafeBytes { Array($0) }[...])
                }
            }
            return result.terminationStatus.isSuccess
        } catch let error as SubprocessError {
            throw SlipwayError(
                .external,
                "Cannot run git",
                why: "\(error)",
                next: "Install it, or audit the files only: --no-history"
            )
        }
    }
}
