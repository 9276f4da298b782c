import Foundation

/// Where the programs are that a test runs.
enum Tools {
    /// The folder of this test's own binary: `swift build` puts the products there.
    static let products: URL = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: own).deletingLastPathComponent()
    }()

    static let slipway = products.appending(path: "slipway").path
    static let sampleService = products.appending(path: "SampleService").path

    /// The folder of the repository that these tests are in.
    static let repository = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The file of a program on the `PATH`; nil where it is not installed.
    static func path(of program: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    static func has(_ programs: String...) -> Bool { programs.allSatisfy { path(of: $0) != nil } }
}
