import Core
import Foundation

/// `actions/setup-go`.
struct SetupGo: SetupTool {
    let title = "Go"
    let inputs = [
        "go-version": "", "go-version-file": "", "check-latest": "false", "token": "", "cache": "true",
        "cache-dependency-path": "", "architecture": "", "go-download-base-url": "",
    ]
    let finder = ToolFinder(
        programs: ["go"],
        question: ["version"],
        places: [
            "/usr/local/go/bin", "/usr/lib/go-*/bin", "/usr/lib/go/bin", "~/sdk/go*/bin", "~/go/sdk/go*/bin",
            "/opt/hostedtoolcache/go/*/*/bin", "/opt/go*/bin",
        ],
        cacheName: "go"
    )

    func wantedVersions(_ call: ActionCall) throws -> [String] {
        try wanted("go-version", file: "go-version-file", call) { file, text in
            guard file == "go.mod" || file == "go.work" else {
                return plainVersion(file, text, names: ["golang", "go"])
            }
            if let tool = text.firstMatch(of: /(?m)^toolchain\s+go(\d+(?:\.\d+)*\w*)/) { return String(tool.1) }
            return text.firstMatch(of: /(?m)^go\s+(\d+(?:\.\d+)*\w*)/).map { String($0.1) }
        }
    }

    func alias(_ version: String) -> String {
        ["stable", "oldstable"].contains(version.lowercased()) ? "*" : version.replacing(/^go/, with: "")
    }

    func use(_ tool: InstalledTool, _ call: ActionCall) async throws {
        let workspace = try? await call.tools.require(tool.executable, ["env", "GOPATH"], in: "/")
        let path = workspace?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "\(call.home)/go"
        call.commands.update { effects in
            effects.paths.append(tool.bin)
            effects.paths.append("\(path)/bin")
        }
        call.setOutput("go-version", tool.version.description)
    }
}
