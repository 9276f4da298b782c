import Core
import Foundation
import Subprocess
import SystemPackage

/// An executable product of a Swift package, built for an image.
package struct SwiftProduct: Sendable {
    package let executable: URL
    /// Folders with the resources of targets, which the program looks for beside itself.
    package let bundles: [URL]

    /// Builds a product; SwiftPM's own output goes to the standard error.
    ///
    /// - Parameters:
    ///   - name: The product.
    ///   - package: The package's folder.
    ///   - options: Further arguments of `swift build`: `--static-swift-stdlib`, `-Xswiftc -g`, …
    ///   - timeout: How long it may take.
    /// - Returns: Where SwiftPM put it.
    /// - Throws: `SlipwayError`: `.failure` where it does not build.
    package static func build(
        _ name: String,
        package: URL,
        options: [String] = [],
        timeout: Duration = .seconds(3600)
    ) async throws -> SwiftProduct {
        guard FileManager.default.fileExists(atPath: package.appending(path: "Package.swift").path) else {
            throw SlipwayError(
                .invalidInput,
                "There is no Swift package in \(package.path)",
                next: "Name its folder: --swift-package FOLDER"
            )
        }
        let common = ["build", "--package-path", package.path, "--configuration", "release"] + options
        let status = try await ForegroundProcess.run(
            "swift",
            common + ["--product", name],
            showing: .standardError,
            limit: timeout
        )
        guard status.isSuccess else {
            throw SlipwayError(
                .failure,
                "The product \(name) does not build",
                why: "`swift build` ended with \(status)."
            )
        }
        let folder = URL(filePath: try await binaries(common))
        let executable = folder.appending(path: name)
        guard FileManager.default.isExecutableFile(atPath: executable.path) else {
            throw SlipwayError(.invalidInput, "\(name) is not an executable product of \(package.path)")
        }
        return SwiftProduct(executable: executable, bundles: try bundles(of: executable))
    }

    private static func binaries(_ arguments: [String]) async throws -> String {
        let result = try await Subprocess.run(
            .name("swift"),
            arguments: Arguments(arguments + ["--show-bin-path"]),
            output: .string(limit: 64 << 10),
            error: .discarded
        )
        guard result.terminationStatus.isSuccess, let line = result.standardOutput.split(separator: "\n").last else {
            throw SlipwayError(.external, "SwiftPM does not say where it put what it built")
        }
        return String(line)
    }

    /// The bundles that the program names: a build folder also holds those of other products, and of earlier days.
    private static func bundles(of executable: URL) throws -> [URL] {
        let folder = executable.deletingLastPathComponent()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix(".resources")
        }
        guard !names.isEmpty else { return [] }
        let program = try Data(contentsOf: executable, options: .alwaysMapped)
        return names.sorted().filter { program.range(of: Data($0.utf8)) != nil }.map { folder.appending(path: $0) }
    }
}
