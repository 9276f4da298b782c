internal import Core

/// A registry password that is written into the file.
struct CredentialRule: WorkflowRule {
    func check(_ context: CheckContext) -> [Diagnostic] {
        context.workflow.jobs.flatMap { job -> [Diagnostic] in
            let services = job.stepsBody?.services?.definition.mapping?.map(\.value) ?? []
            let containers = services + (job.stepsBody?.container.map { [$0.definition] } ?? [])
            return containers.compactMap { container in
                guard let password = container["credentials"]?["password"], password.text != nil else { return nil }
                return Diagnostic(
                    rule: "credential",
                    "The password is written into the file",
                    at: password.location,
                    help: "Take it from a secret: ${{ secrets.NAME }}."
                )
            }
        }
    }
}
