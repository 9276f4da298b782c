import Foundation

/// `swift-actions/setup-swift`.
struct SetupSwift: SetupTool {
    let title = "Swift"
    let inputs = [
        "swift-version": "", "swift-version-file": ".swift-version", "skip-verify-signature": "false", "token": "",
    ]
    let finder = ToolFinder(
        programs: ["swift"],
        question: ["--version"],
        places: [
            "/opt/swift*/usr/bin", "/opt/swift*/bin", "/usr/share/swift/usr/bin",
            "~/.local/share/swiftly/toolchains/*/usr/bin",
        ],
        cacheName: "swift"
    )

    func wantedVersions(_ call: ActionCall) throws -> [String] {
        let lines = call.lines("swift-version")
        if !lines.isEmpty || access("\(call.workspace)/\(call.input("swift-version-file"))", R_OK) != 0 { return lines }
        return try wanted("swift-version", file: "swift-version-file", call) { plainVersion($0, $1, names: ["swift"]) }
    }

    func use(_ tool: InstalledTool, _ call: ActionCall) throws {
        call.commands.update { $0.paths.append(tool.bin) }
        call.setOutput("version", tool.version.description)
    }
}
