import Foundation
import Logging

/// The command line of `episodic-memory-api`.
package enum Command {
    /// - Returns: the exit status: 0 done, 1 failed, 2 wrong arguments or configuration.
    package static func run(arguments: [String], environment: [String: String]) async -> Int32 {
        if arguments.count == 2, let file = arguments.last {
            switch arguments[0] {
            case "backup": return await run(environment) { try await BackupCommand.backup(to: file, $0) }
            case "restore": return await run(environment) { try await BackupCommand.restore(from: file, $0) }
            default: break
            }
        }
        switch arguments {
        case []: return await serve(environment)
        case ["--help"], ["-h"]:
            print(usage)
            return 0
        case ["--version"]:
            print("episodic-memory-api \(environment["APP_VERSION"] ?? Configuration().version)")
            return 0
        default:
            complain("unknown arguments: \(arguments.joined(separator: " "))\n\(usage)")
            return 2
        }
    }

    private static let usage = """
        Usage: episodic-memory-api                  serve the EpisodicMemory API until SIGTERM
               episodic-memory-api backup FILE      copy the database of DATA_DIR to a new file, served or not
               episodic-memory-api restore FILE     put such a copy in place of the database of DATA_DIR
               episodic-memory-api --help | --version

        Settings, from the environment or from the file that CONFIG_FILE names:
        \(Setting.table)
        """

    private static func serve(_ environment: [String: String]) async -> Int32 {
        let configuration: Configuration
        do {
            configuration = try Configuration(environment: environment)
        } catch {
            complain(error.description)
            return 2
        }
        LoggingSystem.bootstrap { label in JSONLogHandler(label: label, level: configuration.logLevel) }
        let logger = Logger(label: "episodic-memory")
        do {
            let status = try await EpisodicMemoryService(configuration: configuration, logger: logger).run()
            logger.notice("stopped", metadata: ["status": "\(status)"])
            return status
        } catch {
            logger.critical("cannot go on", metadata: ["error": "\(LoggableError(error))"])
            return 1
        }
    }

    private static func run(
        _ environment: [String: String],
        _ work: (Configuration) async throws -> Void
    ) async -> Int32 {
        do {
            try await work(try Configuration(environment: environment))
            return 0
        } catch let error as ConfigurationError {
            complain(error.description)
            return 2
        } catch let error as BackupError {
            complain(error.description)
            return 2
        } catch {
            complain("\(LoggableError(error))")
            return 1
        }
    }

    private static func complain(_ message: String) {
        FileHandle.standardError.write(Data("episodic-memory-api: \(message)\n".utf8))
    }
}
