import Core
import Foundation
import Workflows

/// Says before anything runs whether containers can be had at all.
enum ContainerSupport {
    /// An error for each job container and service, where no container engine is installed.
    static func refusals(
        of workflow: Workflow,
        jobs: Set<String>,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> [Diagnostic] {
        guard case .failure(let reason) = ContainerEngine.find(environment) else { return [] }
        let features: Set<WorkflowFeature> = [.jobContainer, .services, .dockerAction]
        return workflow.featureUses(in: jobs).filter { features.contains($0.feature) }.map { use in
            Diagnostic(rule: "container-engine", reason.message, at: use.location, help: "Install podman or docker.")
        }
    }
}
