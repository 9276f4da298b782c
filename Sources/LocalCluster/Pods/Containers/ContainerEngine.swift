import Core
import Foundation

/// How this machine runs containers.
enum ContainerEngine: Sendable, Hashable {
    /// `crun`, with a network namespace for each pod.
    case containers(RuntimeCommand, hasOverlay: Bool)
    /// Plain processes that share the host's network and files.
    case processes

    enum Choice: Sendable { case automatic, containers, processes }

    struct Finding: Sendable {
        let engine: ContainerEngine
        /// What a user should know once: sentences.
        let notes: [String]
    }

    /// Finds out what this machine allows.
    ///
    /// - Parameters:
    ///   - choice: what is asked for.
    ///   - folder: the cluster's state folder, where containers will live.
    /// - Returns: the engine, and what it cannot do.
    /// - Throws: `SlipwayError` if containers are asked for and cannot be had.
    static func find(_ choice: Choice, cluster folder: URL) async throws -> Finding {
        guard choice != .processes else { return processes(because: "it was asked for") }
        do {
            return try await containers(folder)
        } catch {
            guard choice == .automatic else { throw error }
            return processes(because: error.why ?? error.what)
        }
    }

    /// The fallback, with the reason in a user's words.
    static func processes(because reason: String) -> Finding {
        Finding(
            engine: .processes,
            notes: [
                "Pods are plain processes of this machine, not containers: \(reason). Each is told its own loopback "
                    + "address as HOST; limits, users, capabilities and read-only file systems are not enforced."
            ]
        )
    }

    private static func containers(_ folder: URL) async throws(SlipwayError) -> Finding {
        func missing(_ why: String) -> SlipwayError {
            SlipwayError(.external, "Containers cannot be had on this machine", why: why)
        }
        #if !os(Linux)
            throw missing("this system has no containers")
        #else
            guard geteuid() == 0 else { throw missing("they need root, and this is user \(geteuid())") }
            guard let crun = SystemCommand.find("crun") else { throw missing("the command crun is not installed") }
            guard SystemCommand.find("ip") != nil, let unshare = SystemCommand.find("unshare") else {
                throw missing("the commands ip (iproute2) and unshare (util-linux) are not installed")
            }
            let mounts = try? await SystemCommand(unshare, ["--mount", "true"]).run()
            guard mounts?.succeeded ?? false else {
                throw missing("mount namespaces are not allowed: \(mounts?.said ?? "unshare failed")")
            }
            let hasGroups = canMakeControlGroups
            let runtime = RuntimeCommand(
                executable: crun,
                stateFolder: folder.appending(path: "crun").path,
                hidesUnifiedControlGroup: ControlGroups.isHybrid,
                withoutControlGroups: !hasGroups
            )
            let hasOverlay = await canMountOverlay(in: folder)
            var notes: [String] = []
            if !hasGroups { notes.append("Control groups cannot be used: limits of CPU and memory are not enforced.") }
            if !hasOverlay {
                notes.append("Overlay mounts cannot be used: each container gets a copy of its image's files.")
            }
            return Finding(engine: .containers(runtime, hasOverlay: hasOverlay), notes: notes)
        #endif
    }

    private static var canMakeControlGroups: Bool {
        let root = ControlGroups.mountPoint
        let unified = FileManager.default.fileExists(atPath: "\(root)/cgroup.procs")
        let trial = unified ? "\(root)/slipway-trial-\(getpid())" : "\(root)/memory/slipway-trial-\(getpid())"
        guard mkdir(trial, 0o755) == 0 else { return false }
        rmdir(trial)
        return true
    }

    private static func canMountOverlay(in folder: URL) async -> Bool {
        let trial = folder.appending(path: "trial-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: trial) }
        for name in ["lower", "upper", "work", "merged"] {
            let url = trial.appending(path: name)
            guard (try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)) != nil else {
                return false
            }
        }
        let script = """
            cd "$1" && mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged && : > merged/file
            """
        let command = SystemCommand("unshare", ["--mount", "sh", "-c", script, "sh", trial.path])
        return (try? await command.run())?.succeeded ?? false
    }
}
