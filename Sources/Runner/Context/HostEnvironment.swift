import Core
import Foundation

/// The machine that jobs run on, as the `runner` context and `runs-on` see it.
package struct HostEnvironment: Sendable {
    /// What the user's own environment gives every step, as on a self-hosted runner.
    package let variables: [String: String]
    package let home: String
    /// The folder of the running `slipway`, put in front of `PATH` of every step.
    package let toolFolder: String?
    package let name: String
    /// The `slipway` that is started as the supervisor of a run's processes; nil where it is not at hand.
    let supervisor: String?
    package let cores: Int

    package init(
        variables: [String: String] = ProcessInfo.processInfo.environment,
        executable: String? = Bundle.main.executablePath,
        cores: Int = ProcessInfo.processInfo.activeProcessorCount
    ) {
        // A run inside a run must not see the outer one's variables as its own.
        self.variables = variables.filter { entry in
            !["GITHUB_", "RUNNER_", "ACTIONS_", "INPUT_", "STATE_"].contains { entry.key.hasPrefix($0) }
                && !["SLIPWAY_APPROVAL", "SLIPWAY_DIR"].contains(entry.key)
        }
        home = variables["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
        toolFolder = executable.map { URL(filePath: $0).resolvingSymlinksInPath().deletingLastPathComponent().path }
        supervisor = executable.flatMap { URL(filePath: $0).lastPathComponent == "slipway" ? $0 : nil }
        name = ProcessInfo.processInfo.hostName
        self.cores = max(1, cores)
    }

    /// `Linux`, `macOS`.
    static var system: String {
        #if os(macOS)
            "macOS"
        #else
            "Linux"
        #endif
    }

    /// `X64`, `ARM64`.
    static var architecture: String {
        #if arch(arm64)
            "ARM64"
        #else
            "X64"
        #endif
    }

    /// Whether this machine serves a job that asks for these labels.
    static func serves(labels: [String]) -> Bool { labels.allSatisfy { serves(label: $0.lowercased()) } }

    private static func serves(label: String) -> Bool {
        if label == "self-hosted" || label == system.lowercased() || label == architecture.lowercased() { return true }
        #if os(macOS)
            return label.hasPrefix("macos-")
        #else
            guard label.hasPrefix("ubuntu-") else { return false }
            // `ubuntu-24.04-arm` asks for that architecture; a plain `ubuntu-latest` takes what there is.
            return !label.hasSuffix("-arm") || architecture == "ARM64"
        #endif
    }
}
