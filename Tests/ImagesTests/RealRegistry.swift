import Foundation
import ImagesTestSupport

/// Debian's `docker-registry`, on a port of its own, for as long as a test holds it.
final class RealRegistry {
    static let isInstalled = Tool.has("docker-registry")

    private let folder: TemporaryFolder
    private let process = Process()
    /// `127.0.0.1:PORT`.
    let host: String

    /// The password of `alice`, as `htpasswd` writes it.
    private static let accounts = "alice:$2b$04$X9f1UubzgQvD92VgKmZYMeEZyClitDehWQe8X3bj.9.fdKnaA46XK\n"
    static let password = "sesame"

    init(withAccounts: Bool = false) async throws {
        folder = try TemporaryFolder()
        let log = try folder.write("", to: "log")
        var configuration = """
            version: 0.1
            storage:
              filesystem:
                rootdirectory: \(folder.path("data").path)
            http:
              addr: 127.0.0.1:0

            """
        if withAccounts {
            let accounts = try folder.write(Self.accounts, to: "htpasswd")
            configuration += "auth:\n  htpasswd:\n    realm: test\n    path: \(accounts.path)\n"
        }
        let file = try folder.write(configuration, to: "config.yml")
        process.executableURL = URL(filePath: "/usr/bin/docker-registry")
        process.arguments = ["serve", file.path]
        let output = try FileHandle(forWritingTo: log)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        host = try await Self.listeningAddress(log)
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
    }

    private static func listeningAddress(_ log: URL) async throws -> String {
        let limit = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < limit {
            let text = try String(contentsOf: log, encoding: .utf8)
            if let match = text.firstMatch(of: /listening on (127\.0\.0\.1:[0-9]+)/) { return String(match.1) }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw StartError(log: try String(contentsOf: log, encoding: .utf8))
    }

    struct StartError: Error { let log: String }
}
