import CProcess
import Core
import Foundation

/// A container that an OCI runtime makes from a bundle.
///
/// All mounts are made in a mount namespace that only this shim and its container see: they vanish with them.
struct BundleContainer: ShimContainer {
    let id: String
    let folder: ContainerFolder
    let launch: BundleLaunch

    func start(output: Int32, error: Int32) throws(SlipwayError) -> Int32 {
        try prepareMounts()
        let pidFile = folder.url.appending(path: "pid")
        try runtime(
            ["create", "--bundle=\(folder.url.path)", "--pid-file=\(pidFile.path)", id],
            output: output,
            error: error
        )
        guard let text = try? String(contentsOf: pidFile, encoding: .utf8),
            let pid = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
        else { throw SlipwayError(.external, "\(launch.runtime.executable) wrote no process number") }
        try runtime(["start", id])
        return pid
    }

    func send(_ signal: Int32, to pid: Int32) { kill(pid, signal) }

    /// Nothing to do: the kernel ends a process namespace with its first process.
    func killRest(of pid: Int32) {}

    var wasOutOfMemory: Bool { launch.controlGroup.map(ControlGroups.hasKilled) ?? false }

    func cleanUp() {
        try? runtime(["delete", "--force", id])
        umount2(folder.root.path, Int32(MNT_DETACH))
        if let group = launch.controlGroup { ControlGroups.remove(group) }
    }

    private func prepareMounts() throws(SlipwayError) {
        try check(cprocess_unshare_mounts(), "cannot have mounts of its own")
        if launch.runtime.hidesUnifiedControlGroup {
            umount2(RuntimeCommand.unifiedMountPoint, Int32(MNT_DETACH))
        }
        guard case .overlay = launch.root else { return }
        // Relative paths: the option string knows no way to write a comma or a colon.
        try check(chdir(folder.url.path) == 0 ? 0 : errno, "cannot enter \(folder.url.path)")
        let options = "lowerdir=lower,upperdir=upper,workdir=work"
        try check(
            mount("overlay", "rootfs", "overlay", 0, options) == 0 ? 0 : errno,
            "cannot mount the container's root file system"
        )
    }

    private func check(_ code: Int32, _ what: String) throws(SlipwayError) {
        guard code != 0 else { return }
        throw SlipwayError(.external, "\(what): \(String(cString: strerror(code)))")
    }

    /// Runs the OCI runtime to its end; what it has to say goes into a file of its own.
    private func runtime(_ command: [String], output: Int32 = -1, error: Int32 = -1) throws(SlipwayError) {
        let log = folder.url.appending(path: "runtime.log")
        unlink(log.path)
        var spawn = Spawn(launch.runtime.executable, launch.runtime.arguments(command, log: log.path))
        spawn.output = output
        spawn.error = error
        let pid = try spawn()
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        guard status != 0 else { return }
        let said = (try? String(contentsOf: log, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
        throw SlipwayError(
            .external,
            said.flatMap { $0.isEmpty ? nil : $0 } ?? "\(command[0]) ended with status \(ExitStatus(status).code)"
        )
    }
}
