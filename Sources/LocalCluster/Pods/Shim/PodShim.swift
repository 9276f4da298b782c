import CProcess
import Core
import Foundation

/// The process that owns one container: `slipway pod-shim FOLDER`.
///
/// It starts the container, writes its output to the log, passes orders on, and records how it ended. It outlives the
/// server, which finds it again through the folder. It takes its container along when the folder is deleted under it,
/// so that nothing of a cluster can outlive the cluster's state.
package struct PodShim {
    private let folder: ContainerFolder
    private let specification: ShimSpec

    /// - Throws: whatever makes the folder's specification unreadable.
    package init(folder: URL) throws {
        self.folder = ContainerFolder(folder)
        specification = try self.folder.readSpecification()
    }

    /// Runs the container to its end, on the calling thread.
    ///
    /// - Throws: `SlipwayError` if the folder cannot be written, or another shim owns it.
    package func run() throws {
        // Orders come through the pipe; a stray signal must not leave a container without its owner.
        for number in [SIGPIPE, SIGHUP, SIGINT, SIGTERM] { signal(number, SIG_IGN) }
        let lock = try lockFolder()
        defer { withExtendedLifetime(lock) {} }
        _ = cprocess_become_subreaper()
        let shim = ProcessIdentity.current
        try folder.write(ShimStatus(shim: shim, state: .starting))
        let control = try NamedPipe.openForReading(folder.control.path)
        defer { close(control) }
        let log = try LogFile(specification.log)

        let container: any ShimContainer =
            switch specification.launch {
            case .bundle(let launch):
                BundleContainer(id: specification.containerID, folder: folder, launch: launch)
            case .process(let launch): ProcessContainer(launch: launch)
            }
        let output = try Pipe()
        let error = try Pipe()
        let pid: Int32
        do {
            pid = try container.start(output: output.writingEnd, error: error.writingEnd)
        } catch {
            container.cleanUp()
            report(.failed(message: error.what, at: Date()), shim)
            return
        }
        output.closeWritingEnd()
        error.closeWritingEnd()
        let startedAt = Date()
        report(.running(.init(pid: pid, startedAt: startedAt)), shim)

        var supervisor = ShimSupervisor(pid: pid, container: container, folder: folder, log: log)
        var exit = supervisor.run(output: output.readingEnd, error: error.readingEnd, control: control)
        exit.startedAt = startedAt
        exit.wasOutOfMemory = container.wasOutOfMemory
        container.cleanUp()
        report(.exited(exit), shim)
    }

    private func lockFolder() throws -> FileLock {
        if let lock = try FileLock.attempt(folder.lock) { return lock }
        throw SlipwayError(
            .external,
            "Cannot own the container in \(folder.url.path)",
            why: "another shim does"
        )
    }

    /// Writes the state down, then tells the server, if one listens.
    private func report(_ state: ShimStatus.State, _ shim: ProcessIdentity?) {
        do {
            try folder.write(ShimStatus(shim: shim, state: state))
        } catch {
            // The folder is gone, and with it whoever could want to know.
            FileHandle.standardError.write(Data("cannot write \(folder.status.path): \(error)\n".utf8))
        }
        NamedPipe.write(Array("\(specification.containerID)\n".utf8), to: specification.events)
    }

    /// Two descriptors that our children do not inherit unless told to.
    private final class Pipe {
        let readingEnd: Int32
        private(set) var writingEnd: Int32

        init() throws {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            readingEnd = ends[0]
            writingEnd = ends[1]
        }

        func closeWritingEnd() {
            close(writingEnd)
            writingEnd = -1
        }

        deinit {
            close(readingEnd)
            if writingEnd >= 0 { close(writingEnd) }
        }
    }
}
