import ArgumentParser
import Core
import Foundation
import LocalCluster
import Logging

/// `slipway image check`: does the image start, and do its endpoints answer?
struct ImageCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Start an image once and ask its endpoints; fails with its last log lines where one does not answer."
    )

    @Argument(help: "The image: a tag or a digest of the image layout.")
    var image: String

    @Option(help: "The port it listens on.")
    var port: Int

    @Option(name: .customLong("path"), help: "A path that must answer with 2xx; may be repeated. (default: /health)")
    var paths: [String] = []

    @Option(name: .customLong("env"), help: "An environment variable, NAME=VALUE; may be repeated.")
    var environment: [String] = []

    @Option(
        name: .customLong("volume"),
        help: "A folder that the image writes to, empty at the start; may be repeated."
    )
    var volumes: [String] = []

    @Option(help: "Seconds for all of it.")
    var timeout: Int = 60

    @Option(help: "The image layout. (default: .slipway/images)", completion: .directory)
    var images: String?

    func validate() throws {
        guard (1...65_535).contains(port) else { throw ValidationError("--port must be from 1 to 65535") }
        guard timeout > 0 else { throw ValidationError("--timeout must be more than 0 seconds") }
        for variable in environment where !variable.contains("=") || variable.hasPrefix("=") {
            throw ValidationError("--env wants NAME=VALUE, not '\(variable)'")
        }
        for path in paths + volumes where !path.hasPrefix("/") {
            throw ValidationError("'\(path)' must begin with /")
        }
    }

    func run() async throws {
        var request = ImageCheck.Request(image: image, port: port, paths: paths.isEmpty ? ["/health"] : paths)
        request.volumes = volumes
        request.limit = .seconds(timeout)
        for variable in environment {
            let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            request.environment[String(parts[0])] = String(parts[1])
        }
        var logger = Logger(label: "image-check") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        let state = StateDirectory.locate()
        let layout = images.map { URL(filePath: $0) } ?? state.images
        // What is checked now is deployed next: the cluster need not unpack it again.
        let cluster = FileManager.default.fileExists(atPath: state.cluster.path) ? state.cluster : nil
        for answer in try await ImageCheck(images: layout, cluster: cluster, logger: logger).run(request) {
            let seconds = answer.seconds.formatted(.number.precision(.fractionLength(2)))
            print("\(answer.status)  \(answer.path)  (\(seconds) s)")
        }
    }
}
