/// Inputs and outputs of GitHub's own common actions.
enum ActionCatalog {
    struct Interface {
        let inputs: [String]
        let required: [String]
        let outputs: [String]
        /// Whether steps leave outputs that are not listed.
        let hasMoreOutputs: Bool

        init(_ inputs: String, required: [String] = [], outputs: String = "", hasMoreOutputs: Bool = false) {
            self.inputs = inputs.split(separator: " ").map(String.init)
            self.required = required
            self.outputs = outputs.split(separator: " ").map(String.init)
            self.hasMoreOutputs = hasMoreOutputs
        }
    }

    static func interface(of reference: ActionReference) -> Interface? {
        guard case .repository(let owner, let name, let path, _) = reference else { return nil }
        return all[[owner, name, path].filter { !$0.isEmpty }.joined(separator: "/").lowercased()]
    }

    /// What an input takes; text where it is not listed. The names mean the same in all of these actions.
    enum InputKind: Sendable {
        case boolean, number
        case words([String])

        func accepts(_ text: String) -> Bool {
            switch self {
            case .boolean: ["true", "false"].contains(text.lowercased())
            case .number: !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
            case .words(let words): words.contains(text)
            }
        }

        var title: String {
            switch self {
            case .boolean: "true or false"
            case .number: "a whole number"
            case .words(let words): words.map { "\"\($0)\"" }.joined(separator: ", ")
            }
        }
    }

    static func kind(ofInput name: String) -> InputKind? { kinds[name.lowercased()] }

    private static let kinds: [String: InputKind] = {
        var kinds: [String: InputKind] = [
            "if-no-files-found": .words(["warn", "error", "ignore"]),
            "submodules": .words(["true", "false", "recursive"]),
            "digest-mismatch": .words(["ignore", "info", "warn", "error"]),
            "result-encoding": .words(["json", "string"]),
        ]
        let booleans =
            "persist-credentials clean lfs fetch-tags show-progress set-safe-directory ssh-strict overwrite "
            + "include-hidden-files merge-multiple check-latest lookup-only fail-on-cache-miss enablecrossosarchive "
            + "sparse-checkout-cone-mode update-environment allow-prereleases freethreaded overwrite-settings"
        for name in booleans.split(separator: " ") { kinds[String(name)] = .boolean }
        for name in ["fetch-depth", "retention-days", "compression-level", "retries"] { kinds[name] = .number }
        return kinds
    }()

    private static let all: [String: Interface] = [
        "actions/checkout": Interface(
            "repository ref token ssh-key ssh-known-hosts ssh-strict ssh-user persist-credentials path clean filter "
                + "sparse-checkout sparse-checkout-cone-mode fetch-depth fetch-tags show-progress lfs submodules "
                + "set-safe-directory github-server-url",
            outputs: "ref commit"
        ),
        "actions/upload-artifact": Interface(
            "name path if-no-files-found retention-days compression-level overwrite include-hidden-files archive",
            required: ["path"],
            outputs: "artifact-id artifact-url artifact-digest"
        ),
        "actions/download-artifact": Interface(
            "name artifact-ids path pattern merge-multiple github-token repository run-id skip-decompress "
                + "digest-mismatch",
            outputs: "download-path"
        ),
        "actions/cache": Interface(
            "path key restore-keys upload-chunk-size enableCrossOsArchive fail-on-cache-miss lookup-only save-always",
            required: ["path", "key"],
            outputs: "cache-hit"
        ),
        "actions/cache/restore": Interface(
            "path key restore-keys enableCrossOsArchive fail-on-cache-miss lookup-only",
            required: ["path", "key"],
            outputs: "cache-hit cache-primary-key cache-matched-key"
        ),
        "actions/cache/save": Interface(
            "path key upload-chunk-size enableCrossOsArchive",
            required: ["path", "key"]
        ),
        "actions/setup-node": Interface(
            "always-auth node-version node-version-file architecture check-latest registry-url scope token cache "
                + "package-manager-cache cache-dependency-path mirror mirror-token",
            outputs: "cache-hit node-version"
        ),
        "actions/setup-python": Interface(
            "python-version python-version-file cache architecture check-latest token cache-dependency-path "
                + "update-environment allow-prereleases freethreaded pip-version pip-install",
            outputs: "python-version cache-hit python-path"
        ),
        "actions/setup-go": Interface(
            "go-version go-version-file check-latest token cache cache-dependency-path architecture "
                + "go-download-base-url",
            outputs: "go-version cache-hit"
        ),
        "actions/setup-java": Interface(
            "java-version java-version-file distribution java-package architecture jdkFile check-latest server-id "
                + "server-username server-password settings-path overwrite-settings gpg-private-key gpg-passphrase "
                + "cache cache-dependency-path job-status token mvn-toolchain-id mvn-toolchain-vendor",
            required: ["distribution"],
            outputs: "distribution version path cache-hit"
        ),
        "actions/setup-dotnet": Interface(
            "dotnet-version dotnet-quality global-json-file source-url owner config-file cache cache-dependency-path "
                + "workloads architecture",
            outputs: "cache-hit dotnet-version"
        ),
        "actions/github-script": Interface(
            "script github-token debug user-agent previews result-encoding retries retry-exempt-status-codes base-url",
            required: ["script"],
            outputs: "result"
        ),
        "actions/attest-build-provenance": Interface(
            "subject-path subject-digest subject-name subject-checksums push-to-registry create-storage-record "
                + "show-summary github-token",
            outputs: "attestation-id attestation-url bundle-path",
            hasMoreOutputs: true
        ),
        "actions/deploy-pages": Interface(
            "token timeout error_count reporting_interval artifact_name preview",
            outputs: "page_url"
        ),
        "actions/upload-pages-artifact": Interface("name path retention-days", outputs: "artifact_id"),
        "actions/configure-pages": Interface(
            "static_site_generator generator_config_file token enablement",
            outputs: "base_url origin host base_path"
        ),
        "actions/create-github-app-token": Interface(
            "app-id client-id private-key owner repositories skip-token-revoke github-api-url permission-actions "
                + "permission-administration permission-checks permission-contents permission-deployments "
                + "permission-environments permission-issues permission-members permission-metadata "
                + "permission-packages permission-pages permission-pull-requests permission-repository-projects "
                + "permission-secrets permission-statuses permission-workflows",
            outputs: "token installation-id app-slug"
        ),
    ]
}
