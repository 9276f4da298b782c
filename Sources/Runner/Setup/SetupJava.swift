import Core
import Foundation

/// `actions/setup-java`.
struct SetupJava: SetupTool {
    let title = "Java"
    let inputs = [
        "java-version": "", "java-version-file": "", "distribution": "", "java-package": "jdk", "architecture": "",
        "jdkfile": "", "check-latest": "false", "server-id": "", "server-username": "", "server-password": "",
        "settings-path": "", "overwrite-settings": "true", "gpg-private-key": "", "gpg-passphrase": "", "cache": "",
        "cache-dependency-path": "", "job-status": "", "token": "", "mvn-toolchain-id": "", "mvn-toolchain-vendor": "",
    ]
    let refused = ["jdkfile", "gpg-private-key", "mvn-toolchain-id", "mvn-toolchain-vendor"]
    let finder = ToolFinder(
        programs: ["java"],
        question: ["-version"],
        places: [
            "/usr/lib/jvm/*/bin", "/opt/java/*/bin", "/opt/jdk*/bin", "~/.sdkman/candidates/java/*/bin",
            "~/.jdks/*/bin", "/opt/hostedtoolcache/Java_*/*/*/bin",
        ],
        cacheName: "Java_*"
    )

    func wantedVersions(_ call: ActionCall) throws -> [String] {
        guard !call.input("distribution").isEmpty else {
            throw StepFailure("Input required and not supplied: distribution")
        }
        let found = try wanted("java-version", file: "java-version-file", call) { file, text in
            let line = plainVersion(file, text, names: ["java"])
            return (line ?? "").firstMatch(of: /(\d+(?:[._]\d+)*)/).map { String($0.1).replacing("_", with: ".") }
        }
        guard !found.isEmpty else { throw StepFailure("java-version or java-version-file input expected") }
        return found
    }

    /// `8` and `1.8` are the same.
    func alias(_ version: String) -> String {
        let text = version.replacing(/-ea$/, with: "").replacing(/\+.*$/, with: "")
        return text == "8" || text.hasPrefix("8.") ? "1.\(text)" : text
    }

    func use(_ tool: InstalledTool, _ call: ActionCall) throws {
        let executable = URL(filePath: tool.executable).resolvingSymlinksInPath()
        let home = executable.deletingLastPathComponent().deletingLastPathComponent().path
        if call.input("java-package").hasPrefix("jdk"), access("\(home)/bin/javac", X_OK) != 0 {
            throw StepFailure("Java \(tool.version) in \(home) has no compiler: java-package asks for a JDK")
        }
        let wanted = call.input("distribution").lowercased()
        let own = vendor(home)
        if !own.lowercased().contains(wanted) {
            call.warning("The distribution \(wanted) is asked for, and Java \(tool.version) of this machine is \(own)")
        }
        let major = tool.version[0] == 1 ? tool.version[1] : tool.version[0]
        call.commands.update { effects in
            effects.environment["JAVA_HOME"] = home
            effects.environment["JAVA_HOME_\(major)_\(HostEnvironment.architecture)"] = home
            effects.paths.append("\(home)/bin")
        }
        call.setOutput("distribution", call.input("distribution"))
        call.setOutput("version", tool.version.description)
        call.setOutput("path", home)
        try writeSettings(call)
    }

    private func vendor(_ home: String) -> String {
        let text = FileManager.default.contents(atPath: "\(home)/release").map { String(decoding: $0, as: UTF8.self) }
        let name = (text ?? "").firstMatch(of: /IMPLEMENTOR="([^"]*)"/).map { String($0.1) } ?? "of an unknown vendor"
        return name.contains("Adoptium") ? "temurin (\(name))" : name
    }

    /// Maven's settings, where something is asked about them: the user's own are not touched otherwise.
    private func writeSettings(_ call: ActionCall) throws {
        let names = ["server-id", "server-username", "server-password", "settings-path"]
        guard names.contains(where: { !call.input($0).isEmpty }) else { return }
        func input(_ name: String, _ usual: String) -> String { call.input(name).isEmpty ? usual : call.input(name) }
        func escaped(_ text: String) -> String {
            text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        }
        let folder = input("settings-path", "\(call.home)/.m2")
        let file = "\(folder.hasPrefix("/") ? folder : "\(call.workspace)/\(folder)")/settings.xml"
        if FileManager.default.fileExists(atPath: file), try !call.flag("overwrite-settings") {
            call.info("\(file) already exists, and overwrite-settings is false")
            return
        }
        let text = """
            <settings xmlns="http://maven.apache.org/SETTINGS/1.0.0">
              <servers>
                <server>
                  <id>\(escaped(input("server-id", "github")))</id>
                  <username>${env.\(escaped(input("server-username", "GITHUB_ACTOR")))}</username>
                  <password>${env.\(escaped(input("server-password", "GITHUB_TOKEN")))}</password>
                </server>
              </servers>
            </settings>

            """
        try FileManager.default.createDirectory(
            at: URL(filePath: file).deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: URL(filePath: file))
    }
}
