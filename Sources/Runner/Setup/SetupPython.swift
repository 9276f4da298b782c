import Core
import Foundation

/// `actions/setup-python`.
struct SetupPython: SetupTool {
    let title = "Python"
    let inputs = [
        "python-version": "", "python-version-file": "", "cache": "", "architecture": "", "check-latest": "false",
        "token": "", "cache-dependency-path": "", "update-environment": "true", "allow-prereleases": "false",
        "freethreaded": "false", "pip-version": "", "pip-install": "",
    ]
    let refused = ["freethreaded", "pip-version"]
    let finder = ToolFinder(
        programs: ["python3", "python", "python3.*"],
        question: ["-c", "import platform; print(platform.python_version())"],
        places: [
            "~/.pyenv/versions/*/bin", "/opt/hostedtoolcache/Python/*/*/bin", "/opt/python*/bin", "/usr/local/bin",
        ],
        cacheName: "Python"
    )

    func wantedVersions(_ call: ActionCall) throws -> [String] {
        let found = try wanted("python-version", file: "python-version-file", call) { file, text in
            if file.hasSuffix(".toml") || file == "Pipfile" {
                let pattern =
                    /(?m)^\s*(?:requires-python|python|python_version|python_full_version)\s*=\s*["']([^"']+)["']/
                return text.firstMatch(of: pattern).map { String($0.1) }
            }
            return plainVersion(file, text, names: ["python"])
        }
        if !found.isEmpty || !call.input("python-version-file").isEmpty { return found }
        guard let data = FileManager.default.contents(atPath: "\(call.workspace)/.python-version") else { return [] }
        return [plainVersion(".python-version", String(decoding: data, as: UTF8.self), names: [])].compactMap(\.self)
    }

    func alias(_ version: String) -> String { version.replacing(/-dev$/, with: "") }

    func allowsPrereleases(_ call: ActionCall) throws -> Bool {
        try call.flag("allow-prereleases") || call.lines("python-version").contains { $0.hasSuffix("-dev") }
    }

    func use(_ tool: InstalledTool, _ call: ActionCall) async throws {
        call.setOutput("python-version", tool.version.description)
        call.setOutput("python-path", tool.executable)
        if try call.flag("update-environment") {
            let bin = try folder(of: tool, call)
            call.commands.update { effects in
                effects.paths.append(bin)
                for name in ["pythonLocation", "Python_ROOT_DIR", "Python\(tool.version[0])_ROOT_DIR"] {
                    effects.environment[name] = tool.home
                }
                effects.environment["PKG_CONFIG_PATH"] = "\(tool.home)/lib/pkgconfig"
            }
        }
        let packages = CommandLineWords.split(call.input("pip-install"))
        if !packages.isEmpty {
            call.info(
                try await call.tools.require(tool.executable, ["-m", "pip", "install"] + packages, in: call.workspace)
            )
        }
    }

    /// A folder whose `python` and `python3` are this version: a system's folder holds several.
    private func folder(of tool: InstalledTool, _ call: ActionCall) throws -> String {
        let isOwn = ["python", "python3"].allSatisfy { name in
            URL(filePath: "\(tool.bin)/\(name)").resolvingSymlinksInPath()
                == URL(filePath: tool.executable).resolvingSymlinksInPath()
        }
        if isOwn { return tool.bin }
        let folder = "\(call.folders.temp)/_python-\(tool.version)/bin"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in ["python", "python3", "python\(tool.version[0]).\(tool.version[1])"] {
            let link = "\(folder)/\(name)"
            // A launcher script and not a link: Python finds its library by the place of its program.
            try Data("#!/bin/sh\nexec \"\(tool.executable)\" \"$@\"\n".utf8).write(to: URL(filePath: link))
            chmod(link, 0o755)
        }
        return folder
    }
}
