import Core
import Foundation
import OrderedCollections
import Workflows

extension JobExecution {
    /// Runs a `run` step.
    func runScript(_ body: WorkflowStep.RunBody, _ call: StepCall) async throws -> StepResult {
        let script = try body.script.string(in: call.context)
        let isAction = call.scope.action != nil
        let shell = try body.shell?.string(in: call.context) ?? (isAction ? nil : defaultShell(call.context))
        let folder = try workingFolder(body, call)
        return await runPart(
            scope: call.scope,
            stepName: call.step.contextName,
            environment: call.environment,
            log: call.log
        ) { environment, commands in
            let prepared = try Shell.prepare(
                shell,
                script: script,
                folder: folders.temp,
                path: environment["PATH"] ?? "",
                on: executor
            )
            defer { try? FileManager.default.removeItem(atPath: prepared.script) }
            call.log.group(
                "Run \(script.split(whereSeparator: \.isNewline).first.map(String.init) ?? "")",
                script.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                    + ["shell: \(prepared.display)"]
                    + (call.environment.isEmpty ? [] : ["env:"] + call.environment.map { "  \($0.key): \($0.value)" })
            )
            return try await runProcess(
                prepared.executable,
                prepared.arguments,
                environment: environment,
                folder: folder,
                commands: commands,
                log: call.log
            )
        }.result
    }

    private func defaultShell(_ context: EvaluationContext) throws -> String? {
        let template = request.body.defaults?.shell ?? request.workflow.defaults?.shell
        return try template?.string(in: context)
    }

    private func workingFolder(_ body: WorkflowStep.RunBody, _ call: StepCall) throws -> String {
        var template = body.workingDirectory
        if call.scope.action == nil {
            template =
                template ?? request.body.defaults?.workingDirectory ?? request.workflow.defaults?.workingDirectory
        }
        let text = try template?.string(in: call.context) ?? ""
        if text.isEmpty { return folders.workspace }
        let folder = URL(filePath: text.hasPrefix("/") ? text : "\(folders.workspace)/\(text)").standardizedFileURL.path
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw StepFailure("The working directory '\(folder)' does not exist")
        }
        return folder
    }
}
