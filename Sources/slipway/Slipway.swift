import ArgumentParser
import Core
import Foundation
import Kubernetes

@main
struct Slipway: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slipway",
        abstract: "Take a commit to verified production.",
        version: slipwayVersion,
        subcommands: [
            ArtifactsCommand.self,
            AttestCommand.self,
            AuditCommand.self,
            BackupsCommand.self,
            CancelCommand.self,
            CheckCommand.self,
            ClusterCommand.self,
            DatabaseCommand.self,
            DebugCommand.self,
            DeployCommand.self,
            DoctorCommand.self,
            ExplainCommand.self,
            HistoryCommand.self,
            ImageCommand.self,
            IncidentCommand.self,
            LoadCommand.self,
            LogsCommand.self,
            MetricsCommand.self,
            PlanCommand.self,
            PodShimCommand.self,
            RestoreCommand.self,
            RollbackCommand.self,
            RunCommand.self,
            RunsCommand.self,
            SBOMCommand.self,
            ScanCommand.self,
            ShowCommand.self,
            StatusCommand.self,
            StepSupervisorCommand.self,
            VerifyCommand.self,
        ]
    )

    /// Runs the command; an error becomes one message and the exit status that it stands for.
    static func main() async {
        do {
            var command = try await asyncParseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as SlipwayError {
            fail(error.description, error.exitCode)
        } catch let error as DiagnosticsError {
            fail(error.description, .invalidInput)
        } catch let error as ClusterError {
            fail(error.slipwayError.description, error.slipwayError.exitCode)
        } catch let error as KubernetesStatusError {
            let error = error.slipwayError(doing: "asking the cluster", cluster: "the cluster")
            fail(error.description, error.exitCode)
        } catch let error where exitCode(for: error) == .validationFailure {
            // ArgumentParser says 64 (EX_USAGE); a wrong flag is the user's input like any other.
            fail(fullMessage(for: error), .invalidInput)
        } catch {
            exit(withError: error)
        }
    }

    private static func fail(_ message: String, _ code: Core.ExitCode) -> Never {
        FileHandle.standardError.write(Data("slipway: \(message)\n".utf8))
        Foundation.exit(code.rawValue)
    }
}
