import Foundation
import Testing

@testable import Runner

/// Runs the built `slipway` in a project, with no state folder but the project's own.
func slipway(_ project: TestProject, _ arguments: String..., environment: [String: String] = [:])
    async throws -> ToolRunner.Output
{
    var variables = ProcessInfo.processInfo.environment
    variables["SLIPWAY_DIR"] = nil
    variables.merge(environment) { $1 }
    let binary = try #require(BuiltBinary.path)
    return try await ToolRunner(environment: variables).run(binary, arguments, in: project.root.path)
}
