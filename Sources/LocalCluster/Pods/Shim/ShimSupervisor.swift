import CProcess
import Foundation

/// Waits on everything a running container can do: write output, get orders, end.
struct ShimSupervisor {
    let pid: Int32
    let container: any ShimContainer
    let folder: ContainerFolder
    var log: LogFile

    /// How long to wait for output once the container has ended: a process that left it may hold the pipe open.
    private static let drainLimit = Duration.seconds(2)
    /// How often to look whether the folder still exists.
    private static let folderCheck = Duration.seconds(2)

    private var splitters: [LogStream: LineSplitter] = [.stdout: LineSplitter(), .stderr: LineSplitter()]
    private var pendingOrders = ""

    init(pid: Int32, container: any ShimContainer, folder: ContainerFolder, log: LogFile) {
        self.pid = pid
        self.container = container
        self.folder = folder
        self.log = log
    }

    /// Returns when the container has ended and all its output is written.
    mutating func run(output: Int32, error: Int32, control: Int32) -> ShimStatus.Exit {
        let ended = cprocess_pidfd_open(pid)
        defer { if ended >= 0 { close(ended) } }
        var open: [Int32: LogStream] = [output: .stdout, error: .stderr]
        var exit: ShimStatus.Exit?
        let clock = ContinuousClock()
        var nextCheck = clock.now.advanced(by: Self.folderCheck)
        var drainUntil: ContinuousClock.Instant?

        while exit == nil || !open.isEmpty {
            if let drainUntil, clock.now >= drainUntil { break }
            var entries = open.keys.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            if exit == nil {
                entries.append(pollfd(fd: control, events: Int16(POLLIN), revents: 0))
                if ended >= 0 { entries.append(pollfd(fd: ended, events: Int16(POLLIN), revents: 0)) }
            }
            // Without a descriptor for the process's end (an old kernel), look often.
            poll(&entries, nfds_t(entries.count), exit == nil && ended >= 0 ? 1000 : 10)

            for entry in entries where entry.revents != 0 {
                if let stream = open[entry.fd] {
                    if !copy(entry.fd, stream) { open[entry.fd] = nil }
                } else if entry.fd == control {
                    obey(control)
                }
            }
            if exit == nil, let status = reap() {
                exit = status
                drainUntil = clock.now.advanced(by: Self.drainLimit)
            }
            if exit == nil, clock.now >= nextCheck {
                nextCheck = clock.now.advanced(by: Self.folderCheck)
                if access(folder.status.path, F_OK) != 0, errno == ENOENT { container.send(SIGKILL, to: pid) }
            }
        }
        for stream in [LogStream.stdout, .stderr] {
            let now = Date()
            splitters[stream]?.finish { log.write($0, stream, isPartial: $1, at: now) }
        }
        log.finish()
        return exit ?? ShimStatus.Exit(code: 137, finishedAt: Date())
    }

    /// - Returns: false at the end of the stream.
    private mutating func copy(_ file: Int32, _ stream: LogStream) -> Bool {
        let bytes = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
            count = max(0, read(file, buffer.baseAddress, buffer.count))
        }
        guard !bytes.isEmpty else { return false }
        let now = Date()
        splitters[stream]?.add(bytes) { log.write($0, stream, isPartial: $1, at: now) }
        return true
    }

    private mutating func obey(_ control: Int32) {
        let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            count = max(0, read(control, buffer.baseAddress, buffer.count))
        }
        pendingOrders += String(decoding: bytes, as: UTF8.self)
        while let end = pendingOrders.firstIndex(of: "\n") {
            if case .signal(let number)? = ShimOrder(line: pendingOrders[..<end]) { container.send(number, to: pid) }
            pendingOrders.removeSubrange(...end)
        }
    }

    /// How the container ended; nil while it runs.
    private func reap() -> ShimStatus.Exit? {
        var info = siginfo_t()
        guard waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 else {
            // Not our child: the orphan went to another reaper. Its end can be seen, its status is lost.
            guard errno == ECHILD, ProcessTable.startTime(of: pid) == nil else { return nil }
            return ShimStatus.Exit(code: 137, finishedAt: Date())
        }
        guard info.si_signo == SIGCHLD else { return nil }
        let finishedAt = Date()
        // Until it is waited for, the number is still its own.
        container.killRest(of: pid)
        var status: Int32 = 0
        guard waitpid(pid, &status, 0) == pid else { return ShimStatus.Exit(code: 137, finishedAt: finishedAt) }
        let ended = ExitStatus(status)
        return ShimStatus.Exit(code: ended.code, signal: ended.signal, finishedAt: finishedAt)
    }
}
