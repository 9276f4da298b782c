import Core
import Foundation

/// `actions/setup-node`.
struct SetupNode: SetupTool {
    let title = "Node.js"
    let inputs = [
        "always-auth": "false", "node-version": "", "node-version-file": "", "architecture": "",
        "check-latest": "false", "registry-url": "", "scope": "", "token": "", "cache": "",
        "package-manager-cache": "true", "cache-dependency-path": "", "mirror": "", "mirror-token": "",
    ]
    let finder = ToolFinder(
        programs: ["node"],
        question: ["--version"],
        places: [
            "~/.nvm/versions/node/*/bin", "~/.local/share/fnm/node-versions/*/installation/bin",
            "~/.volta/tools/image/node/*/bin",
            "/usr/local/n/versions/node/*/bin", "/opt/hostedtoolcache/node/*/*/bin", "/opt/node*/bin",
        ],
        cacheName: "node"
    )

    private static let names = [
        "argon": 4, "boron": 6, "carbon": 8, "dubnium": 10, "erbium": 12, "fermium": 14,
        "gallium": 16, "hydrogen": 18, "iron": 20, "jod": 22, "krypton": 24,
    ]

    func wantedVersions(_ call: ActionCall) throws -> [String] {
        try wanted("node-version", file: "node-version-file", call) { file, text in
            guard file == "package.json" else {
                return plainVersion(file, text, names: ["node", "nodejs"])?.replacing(/^(nodejs|node) +/, with: "")
            }
            guard let json = try? JSON(parsing: text) else { return nil }
            return json[path: "volta", "node"]?.string ?? json[path: "devEngines", "runtime", "version"]?.string
                ?? json[path: "engines", "node"]?.string
        }
    }

    func alias(_ version: String) -> String {
        let name = version.lowercased()
        if ["lts/*", "lts", "node", "latest", "current"].contains(name) { return "*" }
        if name.hasPrefix("lts/"), let major = Self.names[String(name.dropFirst(4))] { return "\(major)" }
        return version
    }

    /// Long-term support goes to even numbers only.
    func accepts(_ tool: InstalledTool, for wanted: String) -> Bool {
        !["lts/*", "lts"].contains(wanted.lowercased()) || tool.version[0] % 2 == 0
    }

    func use(_ tool: InstalledTool, _ call: ActionCall) throws {
        call.commands.update { $0.paths.append(tool.bin) }
        call.setOutput("node-version", "v\(tool.version)")
        guard !call.input("registry-url").isEmpty else { return }
        try writeConfiguration(call)
    }

    /// A `.npmrc` of the job's own, which takes its token from `NODE_AUTH_TOKEN`.
    private func writeConfiguration(_ call: ActionCall) throws {
        var registry = call.input("registry-url")
        guard let match = registry.firstMatch(of: /^https?:(\/\/.+)$/) else {
            throw StepFailure("The registry-url \(registry) is not a valid URL")
        }
        if !registry.hasSuffix("/") { registry += "/" }
        let host = String(match.1).hasSuffix("/") ? String(match.1) : "\(match.1)/"
        var scope = call.input("scope")
        if scope.isEmpty, registry.contains("npm.pkg.github.com") { scope = call.run.identity.owner }
        if !scope.isEmpty, !scope.hasPrefix("@") { scope = "@\(scope)" }
        let prefix = scope.isEmpty ? "" : "\(scope.lowercased()):"
        let file = "\(call.folders.temp)/.npmrc"
        let lines = ["\(host):_authToken=${NODE_AUTH_TOKEN}", "\(prefix)registry=\(registry)"]
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: file))
        // The original's own placeholder: npm refuses an .npmrc that names a variable which is not set.
        let token = call.environment["NODE_AUTH_TOKEN"] ?? "XXXXX-XXXXX-XXXXX-XXXXX"
        call.commands.update { effects in
            effects.environment["NPM_CONFIG_USERCONFIG"] = file
            effects.environment["NODE_AUTH_TOKEN"] = token
        }
    }
}
