import Core
import Foundation
import Kubernetes

/// Starts and stops the server of a local cluster: a process of its own that outlives the command.
package struct ClusterControl: Sendable {
    package let directory: ClusterDirectory
    /// Ends what is left of pods whose server does not run.
    private let tearDown: @Sendable (URL) async -> Void

    private static let startLimit = Duration.seconds(60)
    private static let stopLimit = Duration.seconds(30)
    private static let lockLimit = Duration.seconds(90)

    /// Control of the cluster in a folder; `tearDown` ends what is left of its pods.
    package init(directory: ClusterDirectory, tearDown: @escaping @Sendable (URL) async -> Void) {
        self.directory = directory
        self.tearDown = tearDown
    }

    /// The server that runs; nil where none does.
    package var running: ClusterRecord? { ClusterRecord.running(in: directory) }

    package struct Start: Sendable {
        package let record: ClusterRecord
        /// False where it ran already.
        package let isNew: Bool
    }

    /// Starts the server and waits until it is ready; leaves one that runs as it is.
    ///
    /// - Throws: `SlipwayError` with the server's last words when it does not become ready.
    package func up(executable: String, arguments: [String], environment: [String: String]) async throws -> Start {
        try PrivateFile.makeDirectory(directory.url)
        let lock = try await controlLock()
        defer { withExtendedLifetime(lock) {} }
        if let record = running, await isAnswering(record) { return Start(record: record, isNew: false) }
        if let record = running {
            // It runs and does not answer: the next one cannot have the folder before it is gone.
            _ = await record.process.terminate(grace: Self.stopLimit)
        }
        ServerLog.rotate(directory.log)
        let offset = ServerLog.size(directory.log)
        let process = try DetachedProcess.start(
            executable,
            arguments: arguments,
            environment: environment,
            workingDirectory: directory.url.path,
            output: directory.log
        )
        return Start(record: try await ready(process, logOffset: offset), isNew: true)
    }

    /// Waits for the record that the server writes when it is ready.
    private func ready(_ process: ProcessIdentity, logOffset: UInt64) async throws -> ClusterRecord {
        let clock = ContinuousClock()
        let deadline = clock.now + Self.startLimit
        while clock.now < deadline {
            if let record = running, record.process == process, await isAnswering(record) { return record }
            if await process.waitForExit(limit: .milliseconds(50)) {
                throw failure("The local cluster's server ended as it started", logOffset)
            }
            try Task.checkCancellation()
        }
        _ = await process.terminate(grace: .seconds(5))
        throw failure(
            "The local cluster's server was not ready within \(Self.startLimit.components.seconds) s",
            logOffset
        )
    }

    private func failure(_ what: String, _ logOffset: UInt64) -> SlipwayError {
        let words = ServerLog.tail(directory.log, after: logOffset)
        return SlipwayError(
            .external,
            what,
            why: words.isEmpty ? "it said nothing" : words,
            next: "Look at \(directory.log.path)"
        )
    }

    private func isAnswering(_ record: ClusterRecord) async -> Bool {
        var options = KubernetesClient.Options()
        options.timeout = .seconds(5)
        do {
            let connection = try ClusterConnection.resolve(.file(directory.kubeconfig), environment: [:])
            _ = try await KubernetesClient.with(connection, options: options) { try await $0.serverVersion() }
            return true
        } catch {
            return false
        }
    }

    package enum Stop: Sendable, Hashable {
        case stopped
        /// There was no server; its pods, if any were left, are gone now.
        case wasNotRunning
    }

    /// One command at a time starts or stops the server.
    private func controlLock() async throws -> FileLock {
        if let lock = try await FileLock.wait(for: directory.controlLock, limit: Self.lockLimit) { return lock }
        throw SlipwayError(
            .waiting,
            "Another command is starting or stopping this local cluster",
            why: "it holds \(directory.controlLock.path)",
            next: "Try again when it has finished."
        )
    }

    /// Stops the server and its pods. Objects stay for the next start, unless everything is purged.
    ///
    /// - Throws: `SlipwayError` when the server cannot be ended, or the folder not be removed.
    package func down(purge: Bool) async throws -> Stop {
        guard FileManager.default.fileExists(atPath: directory.url.path) else { return .wasNotRunning }
        let lock = try await controlLock()
        defer { withExtendedLifetime(lock) {} }
        var result = Stop.wasNotRunning
        if let record = running {
            result = .stopped
            guard await record.process.terminate(grace: Self.stopLimit) else {
                throw SlipwayError(
                    .external,
                    "The local cluster's server (process \(record.process.pid)) does not end",
                    next: "kill -9 \(record.process.pid)"
                )
            }
        }
        await tearDown(directory.url)
        try? FileManager.default.removeItem(at: directory.record)
        if purge {
            do {
                try FileManager.default.removeItem(at: directory.url)
            } catch {
                throw SlipwayError(
                    .external,
                    "Cannot remove \(directory.url.path)",
                    why: error.localizedDescription,
                    next: "Remove the folder by hand."
                )
            }
        }
        return result
    }
}
