import Core
import Foundation

/// podman or docker, asked through its command.
struct ContainerEngine: Sendable {
    let program: String
    /// Options of every call.
    let options: [String]
    /// Options of every container that is made.
    let limits: [String]
    let isPodman: Bool
    var tools: ToolRunner
    /// Images that `slipway image build` made.
    let images: URL

    /// - Returns: the program to use, podman first, or why there is none.
    static func find(_ environment: [String: String]) -> Result<(program: String, isPodman: Bool), StepFailure> {
        let path = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        if let podman = Executables.find("podman", path: path) { return .success((podman, true)) }
        guard let docker = Executables.find("docker", path: path) else {
            return .failure(StepFailure("Containers need podman or docker, and neither is installed on this machine"))
        }
        let hasServer =
            environment["DOCKER_HOST"]?.isEmpty == false
            || FileManager.default.fileExists(atPath: "/var/run/docker.sock")
        guard hasServer else {
            return .failure(StepFailure("docker is installed, but no Docker engine runs on this machine"))
        }
        return .success((docker, false))
    }

    /// The engine of this machine, made to work where the machine is an unusual one.
    ///
    /// - Throws: `StepFailure` where there is none.
    static func open(_ host: HostEnvironment, state: StateDirectory, stop: StopSignal) throws -> ContainerEngine {
        let (program, isPodman) = try find(host.variables).get()
        var options: [String] = []
        var limits: [String] = []
        if isPodman, getuid() == 0 {
            if let runtime = try HybridControlGroups.runtime(in: state, path: host.variables["PATH"] ?? "") {
                options = ["--runtime", runtime]
            }
            limits = ResourceLimits.options
        }
        return ContainerEngine(
            program: program,
            options: options,
            limits: limits,
            isPodman: isPodman,
            tools: ToolRunner(environment: host.variables, stop: stop),
            images: state.images
        )
    }

    func run(_ arguments: [String]) async throws -> ToolRunner.Output {
        try await tools.run(program, options + arguments, in: "/")
    }

    /// - Throws: `StepFailure` with what the engine says, where it says no.
    @discardableResult
    func require(_ arguments: [String]) async throws -> String {
        let output = try await run(arguments)
        guard output.end.isSuccess else {
            let name = URL(filePath: program).lastPathComponent
            throw StepFailure(
                "\(name) \(arguments.prefix(2).joined(separator: " ")) failed (status \(output.end.status)): "
                    + String(output.text.suffix(2000)).trimmingCharacters(in: .whitespacesAndNewlines)
            )
        }
        return output.text
    }

    /// Removes a container, running or not, with its anonymous volumes; one that is gone already is no mistake.
    ///
    /// podman waits ten seconds for a first process that ignores SIGTERM, docker kills it at once.
    func remove(_ container: String) async {
        _ = try? await run(["rm", "-f", "-v"] + (isPodman ? ["-t", "0"] : []) + [container])
    }

    /// One value of an object, by a Go template.
    func inspect(_ name: String, _ format: String) async throws -> String {
        try await require(["inspect", "--format", format, name]).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    // MARK: - Images

    /// Sees to it that an image is there: the engine's own, one that Slipway built, else one from its registry.
    func pull(_ image: String, username: String?, password: Secret?, scratch: String) async throws {
        if try await run(["image", "inspect", "--format", "ok", image]).end.isSuccess { return }
        if isPodman, try await pullBuilt(image) { return }
        var login: [String] = []
        if let username, !username.isEmpty, let password {
            login = try credentials(image, username, password, in: scratch)
        }
        defer { if let file = login.last { try? FileManager.default.removeItem(atPath: file) } }
        let arguments = isPodman ? ["pull", "-q"] + login + [image] : login + ["pull", "-q", image]
        try await require(arguments)
    }

    /// An image of the store that `slipway image build` writes to.
    private func pullBuilt(_ image: String) async throws -> Bool {
        guard let data = FileManager.default.contents(atPath: images.appending(path: "index.json").path),
            let manifests = try? JSON(parsing: data)["manifests"]?.array
        else { return false }
        let names = manifests.compactMap { $0[path: "annotations", "org.opencontainers.image.ref.name"]?.string }
        guard
            let name = [image, "localhost/\(image)", "\(image):latest", "localhost/\(image):latest"]
                .first(where: names.contains)
        else { return false }
        let output = try await require(["pull", "-q", "oci:\(images.path):\(name)"])
        // Warnings may stand before the id.
        guard let id = output.split(whereSeparator: \.isNewline).last.map(String.init) else { return false }
        try await require(["tag", id, image])
        return true
    }

    /// A password on a command line could be read by everybody on the machine.
    private func credentials(_ image: String, _ username: String, _ password: Secret, in folder: String) throws
        -> [String]
    {
        let first = image.split(separator: "/").first.map(String.init) ?? ""
        let isServer = image.contains("/") && (first.contains(".") || first.contains(":") || first == "localhost")
        let server = isServer ? first : isPodman ? "docker.io" : "https://index.docker.io/v1/"
        let token = Data("\(username):\(password.reveal())".utf8).base64EncodedString()
        let content: JSON = ["auths": .object([server: ["auth": .string(token)]])]
        let place = "\(folder)/_login-\(UUID().uuidString.lowercased())"
        let file = isPodman ? place : "\(place)/config.json"
        if !isPodman { try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true) }
        guard
            FileManager.default.createFile(
                atPath: file,
                contents: Data(content.text().utf8),
                attributes: [.posixPermissions: 0o600]
            )
        else { throw StepFailure("Cannot write \(file)") }
        return isPodman ? ["--authfile", place] : ["--config", place]
    }
}

/// Limits that a container may have where this process itself has lower ones than the engine would give.
private enum ResourceLimits {
    static var options: [String] {
        #if os(Linux)
            // RLIMIT_NPROC is a macro that Swift does not see: it is 6 on Linux. podman lowers its own to 32768 first.
            let kinds: [(String, __rlimit_resource_t, wanted: rlim_t, most: rlim_t)] = [
                ("nofile", __rlimit_resource_t(RLIMIT_NOFILE.rawValue), 1 << 20, .max), ("nproc", 6, 1 << 22, 32768),
            ]
            return kinds.flatMap { name, kind, wanted, most -> [String] in
                var limit = rlimit()
                guard getrlimit(kind, &limit) == 0, limit.rlim_max < wanted else { return [] }
                let value = min(limit.rlim_max, most)
                return ["--ulimit", "\(name)=\(value):\(value)"]
            }
        #else
            return []
        #endif
    }
}

/// crun refuses machines that have both versions of control groups mounted; it works where it does not see the newer.
private enum HybridControlGroups {
    /// A runtime for podman that hides the newer version; nil where nothing is to be hidden.
    static func runtime(in state: StateDirectory, path: String) throws -> String? {
        let unified = "/sys/fs/cgroup/unified/cgroup.controllers"
        guard FileManager.default.fileExists(atPath: unified), let crun = Executables.find("crun", path: path),
            let unshare = Executables.find("unshare", path: path)
        else { return nil }
        let file = state.url.appending(path: "containers/crun")
        let script = """
            #!/bin/sh
            exec \(unshare) --mount --propagation slave sh -c 'umount /sys/fs/cgroup/unified; exec "$@"' - \(crun) "$@"

            """
        if FileManager.default.contents(atPath: file.path) != Data(script.utf8) {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(script.utf8).write(to: file, options: .atomic)
            chmod(file.path, 0o755)
        }
        return file.path
    }
}
