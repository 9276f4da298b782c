/// The scopes of `permissions`.
enum PermissionCatalog {
    static let keys: [MappingShape.Key] =
        readAndWrite.map { .optional($0, .word(["read", "write", "none"])) }
        + [
            .optional("copilot-requests", .word(["write", "none"])),
            .optional("id-token", .word(["write", "none"])),
            .optional("models", .word(["read", "none"])),
            .optional("vulnerability-alerts", .word(["read", "none"])),
        ]

    private static let readAndWrite = [
        "actions", "artifact-metadata", "attestations", "checks", "code-quality", "contents", "deployments",
        "discussions", "issues", "packages", "pages", "pull-requests", "repository-projects", "security-events",
        "statuses",
    ]
}
