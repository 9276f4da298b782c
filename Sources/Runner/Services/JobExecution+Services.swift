import Core
import Workflows

/// What a job's processes know of the run's services.
extension JobExecution {
    /// What actions get: addresses and the job's token, which scripts do not see, as on GitHub.
    func serviceVariables() async throws -> [String: String] {
        let url = try await run.services.url(run)
        let token = await run.services.token(for: grant)
        run.masker.add(Secret(token))
        return [
            "ACTIONS_RUNTIME_URL": "\(url)/", "ACTIONS_RESULTS_URL": "\(url)/", "ACTIONS_CACHE_URL": "\(url)/",
            "ACTIONS_CACHE_SERVICE_V2": "True", "ACTIONS_RUNTIME_TOKEN": token,
        ]
    }

    /// Lets the job ask for identity tokens, where it may.
    func openIdentity() async throws {
        guard mayRequestIdentity else { return }
        let url = try await run.services.url(run)
        let token = await run.services.token(for: grant)
        run.masker.add(Secret(token))
        oidcVariables = [
            "ACTIONS_ID_TOKEN_REQUEST_URL": "\(url)/idtoken?api-version=2.0", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": token,
        ]
    }

    private var grant: ServiceGrant {
        let context = evaluationContext(in: StepScope(), stepName: "", environment: [:])
        return ServiceGrant(
            run: run.record.id,
            job: record.key,
            claims: mayRequestIdentity
                ? IdentityClaims.make(github: context["github"], job: context["job"], environment: record.environment)
                : nil
        )
    }

    /// `permissions` that hold for the job: `id-token: write`.
    private var mayRequestIdentity: Bool {
        switch request.permissions {
        case .writeAll?: true
        case .scopes(let scopes)?: scopes["id-token"] == .write
        case .readAll?, nil: false
        }
    }
}
