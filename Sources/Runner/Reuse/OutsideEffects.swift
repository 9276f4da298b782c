/// Commands whose effect lies outside a job's workspace, artifacts and outputs: a job that uses one is not answered from
/// the journal, since its purpose may be that effect, and nobody looks whether it is still there.
enum OutsideEffects {
    /// The first such command of a script.
    static func find(in script: String) -> String? {
        // Publishing, deploying, and images that only this machine has. No static value: a regex is not `Sendable`.
        let commands =
            #/(?:^|[\s;&|(`"'])(?:[\w.\/-]*\/)?(docker|podman|buildah|skopeo|oras|crane|kubectl|helm|argocd|terraform|tofu|pulumi|ansible-playbook|aws|gcloud|az|ssh|scp|rsync|twine|gh|git\s+push|(?:npm|pnpm|yarn|cargo|poetry|uv)\s+publish|mvn\s+deploy|gem\s+push|slipway\s+(?:deploy|rollback|promote|cluster|db)|slipway\s+image\s+(?:build|tag|push|load))(?=$|[\s;&|)`"'])/#
        return script.firstMatch(of: commands).map { String($0.1) }
    }
}
