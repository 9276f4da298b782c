import Core
import Crypto
import Foundation
import Images

/// Makes the folder of a run and starts the shim that will own it.
struct ContainerLauncher: Sendable {
    let engine: ContainerEngine
    /// The `slipway` executable.
    let executable: String
    let paths: PodPaths
    /// Names the cluster's control groups.
    let tag: String

    /// An identifier that no other run has: 64 hexadecimal digits.
    static func makeIdentifier() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { bytes in
            bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }

    func controlGroup(_ id: String) -> String? {
        guard case .containers(let runtime, _) = engine, !runtime.withoutControlGroups else { return nil }
        return "\(ControlGroups.cluster(tag))/\(id)"
    }

    /// Makes the empty folder of a run; what an earlier attempt has left there is removed.
    func prepare(_ folder: ContainerFolder) throws {
        let manager = FileManager.default
        try? manager.removeItem(at: folder.url)
        try manager.createDirectory(at: folder.url, withIntermediateDirectories: true)
        // Whoever the container runs as may leave its last words here.
        try Data().write(to: folder.terminationMessage)
        // slipway:allow(world-writable-file) the container may run as any user, and its folder is private
        chmod(folder.terminationMessage.path, 0o666)
    }

    /// Starts the container; its shim reports what becomes of it.
    func start(
        _ spec: ContainerSpec,
        image: ReadyImage,
        id: String,
        address: String,
        in folder: ContainerFolder,
        log: URL
    ) throws {
        try FileManager.default.createDirectory(
            at: log.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        let launch: ShimSpec.Launch
        switch engine {
        case .containers(let runtime, let hasOverlay):
            launch = .bundle(try bundle(spec, image, folder, runtime, hasOverlay: hasOverlay))
        case .processes:
            launch = .process(try HostProcess(spec: spec, image: image, folder: folder, address: address).launch())
        }
        try folder.write(
            ShimSpec(
                containerID: id,
                launch: launch,
                stopSignal: spec.stopSignal,
                log: LogFile.Policy(path: log.path),
                events: paths.events.path
            )
        )
        try NamedPipe.create(folder.control.path)
        _ = try DetachedProcess.start(
            executable,
            arguments: ["pod-shim", folder.url.path],
            workingDirectory: "/",
            output: folder.shimLog
        )
    }

    private func bundle(
        _ spec: ContainerSpec,
        _ image: ReadyImage,
        _ folder: ContainerFolder,
        _ runtime: RuntimeCommand,
        hasOverlay: Bool
    ) throws -> BundleLaunch {
        let manager = FileManager.default
        let json = RuntimeSpecification(container: spec, rootPath: folder.root.path).json
        try json.data().write(to: folder.bundle)
        let root: BundleLaunch.Root
        if hasOverlay {
            for url in [folder.root, folder.upper, folder.work] {
                try manager.createDirectory(at: url, withIntermediateDirectories: false)
            }
            // The root folder shows the upper layer's mode, and must be open to whoever the container runs as.
            chmod(folder.upper.path, 0o755)
            let lower = folder.url.appending(path: "lower")
            try manager.createSymbolicLink(atPath: lower.path, withDestinationPath: image.root.path)
            root = .overlay(lower: image.root.path)
        } else {
            try copyTree(from: image.root, to: folder.root)
            root = .folder
        }
        return BundleLaunch(runtime: runtime, root: root, controlGroup: spec.controlGroup)
    }

    private func copyTree(from source: URL, to target: URL) throws {
        // Keeps owners, links and times, and shares blocks where the file system can.
        let pid = try Spawn("/bin/cp", ["--archive", "--reflink=auto", source.path, target.path])()
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw SlipwayError(.external, "Cannot copy the image's files to \(target.path)") }
    }
}
