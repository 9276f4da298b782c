import Core
import Foundation

/// `setup-*`: puts a version of a tool that is on this machine in front of all others. Nothing is downloaded.
struct SetupAction: BuiltInAction {
    let tool: any SetupTool

    /// What only steers a download or a cache: it changes nothing here.
    private static let withoutEffect = ["check-latest", "token", "mirror", "mirror-token", "go-download-base-url"]

    var inputs: [String: String] { tool.inputs }

    func main(_ call: ActionCall) async throws {
        guard call.isOnHost else {
            throw StepFailure(
                "\(tool.title) is set up on this machine, not in the job's container: use an image that has it"
            )
        }
        try refuse(call)
        let asked = try tool.wantedVersions(call)
        let found = try await tool.finder.find(call)
        guard !asked.isEmpty else {
            guard let first = found.first(where: { $0.executable == onPath(call) }) ?? found.first else {
                throw missing("any version", found)
            }
            call.info("No version is asked for: \(tool.title) \(first.version) of this machine is used")
            try await tool.use(first, call)
            return
        }
        var last: InstalledTool?
        for text in asked {
            let alias = tool.alias(text)
            guard let range = ToolVersionRange(alias, allowsPrereleases: try tool.allowsPrereleases(call)) else {
                throw StepFailure("\"\(text)\" is not a version of \(tool.title) that can be found here")
            }
            guard let match = found.first(where: { range.contains($0.version) && tool.accepts($0, for: text) }) else {
                throw missing("version \(text)", found)
            }
            call.info("Found \(tool.title) \(match.version): \(match.executable)")
            try await tool.use(match, call)
            last = match
        }
        if let last { call.info("Successfully set up \(tool.title) \(last.version)") }
    }

    private func onPath(_ call: ActionCall) -> String? {
        tool.finder.programs.lazy.compactMap { Executables.find($0, path: call.environment["PATH"] ?? "") }.first
    }

    private func missing(_ what: String, _ found: [InstalledTool]) -> StepFailure {
        let list = found.map(\.version.description).joined(separator: ", ")
        return StepFailure(
            "\(tool.title): \(what) is not on this machine (\(found.isEmpty ? "it has none" : "it has \(list)")), and "
                + "nothing is downloaded. Install it, or run the original action with --original-actions."
        )
    }

    /// Refuses by name what cannot be done, and says what has no effect.
    private func refuse(_ call: ActionCall) throws(StepFailure) {
        for name in tool.refused where !["", "false"].contains(call.input(name)) {
            throw StepFailure("The input \(name) is not supported here: only what is on this machine can be set up")
        }
        let architecture = call.input("architecture").lowercased()
        let own = HostEnvironment.architecture.lowercased()
        let names = own == "x64" ? ["x64", "amd64", "x86_64"] : ["arm64", "aarch64"]
        guard architecture.isEmpty || names.contains(architecture) else {
            throw StepFailure("The architecture \(architecture) cannot be set up here: this machine is \(own)")
        }
        let ignored = Self.withoutEffect.filter { name in
            !["", "false"].contains(call.input(name)) && call.input(name) != inputs[name]
        }
        if !ignored.isEmpty {
            call.info("Without effect, since nothing is downloaded: \(ignored.joined(separator: ", "))")
        }
        if inputs["cache"] != nil {
            call.setOutput("cache-hit", "false")
            if !["", "false"].contains(call.input("cache")), call.input("cache") != inputs["cache"] {
                call.info("cache has no effect: packages stay on this machine between runs")
            }
        }
    }
}

/// What is particular to one tool.
protocol SetupTool: Sendable {
    var title: String { get }
    var inputs: [String: String] { get }
    /// Inputs that cannot be obeyed here.
    var refused: [String] { get }
    var finder: ToolFinder { get }

    /// The versions that are asked for; empty where none is.
    func wantedVersions(_ call: ActionCall) throws -> [String]
    /// What a name such as `lts/*` stands for.
    func alias(_ version: String) -> String
    func allowsPrereleases(_ call: ActionCall) throws -> Bool
    func accepts(_ tool: InstalledTool, for wanted: String) -> Bool
    /// Sets `PATH`, variables and outputs.
    func use(_ tool: InstalledTool, _ call: ActionCall) async throws
}

extension SetupTool {
    var refused: [String] { [] }
    func alias(_ version: String) -> String { version }
    func allowsPrereleases(_ call: ActionCall) throws -> Bool { false }
    func accepts(_ tool: InstalledTool, for wanted: String) -> Bool { true }

    /// The version that an input gives, or else the file that another input names.
    func wanted(_ input: String, file: String, _ call: ActionCall, read: (String, String) -> String?) throws
        -> [String]
    {
        let lines = call.lines(input)
        let name = call.input(file)
        if !lines.isEmpty {
            if !name.isEmpty {
                call.warning("Both \(input) and \(file) inputs are specified, only \(input) will be used")
            }
            return lines
        }
        guard !name.isEmpty else { return [] }
        let path = name.hasPrefix("/") ? name : "\(call.workspace)/\(name)"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StepFailure("The specified \(title) version file at: \(path) does not exist")
        }
        let text = String(decoding: data, as: UTF8.self)
        guard let version = read(URL(filePath: path).lastPathComponent, text), !version.isEmpty else {
            throw StepFailure("The file \(name) names no version of \(title)")
        }
        call.info("Resolved \(name) as \(version)")
        return [version]
    }

    /// The line of a `.tool-versions` file, or the first line of a file that holds a version alone.
    func plainVersion(_ file: String, _ text: String, names: [String]) -> String? {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
        guard file == ".tool-versions" else { return lines.first }
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            if words.count >= 2, names.contains(words[0]) { return words[1] }
        }
        return nil
    }
}
