import Core
import Foundation
import Images
import Subprocess
import SystemPackage

extension SwiftDependencies {
    /// What a package's build is linked from: its `Package.resolved`, or else what SwiftPM says.
    ///
    /// - Parameters:
    ///   - folder: The package's folder.
    ///   - timeout: How long SwiftPM may take; it may have to fetch.
    /// - Returns: The packages, each once.
    /// - Throws: `SlipwayError` where neither is to be had: an empty list is never an accident.
    package static func resolve(
        packageAt folder: URL,
        timeout: Duration = .seconds(300)
    ) async throws -> [SoftwarePackage] {
        guard FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) else {
            throw SlipwayError(
                .invalidInput,
                "There is no Swift package in \(folder.path)",
                why: "It has no Package.swift."
            )
        }
        let list = folder.appending(path: "Package.resolved")
        if FileManager.default.fileExists(atPath: list.path) {
            return try read(resolved: try OpenFile.open(list).readAll(limit: 16 << 20, list.path))
        }
        let output = try await withTimeout(timeout) { try await showDependencies(folder) }
        return try read(showDependencies: JSON(parsing: output))
    }

    /// The compiler, whose standard library and Foundation are part of every program that it made.
    ///
    /// - Throws: `SlipwayError` where there is none, or where it does not say its version.
    package static func toolchain() async throws -> SoftwarePackage {
        let output = try? await Subprocess.run(
            .name("swift"),
            arguments: ["--version"],
            output: .string(limit: 64 << 10),
            error: .discarded
        ).standardOutput
        guard let match = output?.firstMatch(of: /Swift version ([0-9]+(?:\.[0-9]+)*[A-Za-z0-9.-]*)/) else {
            throw SlipwayError(
                .external,
                "Cannot ask the Swift compiler for its version",
                next: "Install Swift, or leave --swift-package out."
            )
        }
        let pin = SwiftPin(
            identity: "swift",
            address: "https://github.com/swiftlang/swift",
            version: String(match.1),
            revision: nil
        )
        return pin.package(at: SoftwarePackage.Location(path: "Package.swift"))
    }

    private static func showDependencies(_ folder: URL) async throws -> String {
        let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
        do {
            result = try await Subprocess.run(
                .name("swift"),
                arguments: ["package", "--package-path", folder.path, "show-dependencies", "--format", "json"],
                output: .string(limit: 64 << 20),
                error: .string(limit: 1 << 20)
            )
        } catch let error as SubprocessError {
            throw SlipwayError(
                .external,
                "Cannot ask SwiftPM what \(folder.path) depends on",
                why: "\(error)",
                next: "Run `swift package resolve` there, so that there is a Package.resolved."
            )
        }
        guard result.terminationStatus.isSuccess else {
            throw SlipwayError(
                .external,
                "SwiftPM could not say what \(folder.path) depends on",
                why: result.standardError.split(separator: "\n").last.map(String.init)
            )
        }
        // SwiftPM may say what it fetched before the object begins.
        return String(result.standardOutput.drop { $0 != "{" })
    }

    private static func withTimeout<Value: Sendable>(
        _ limit: Duration,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first else {
                throw SlipwayError(.external, "SwiftPM did not answer within \(limit)")
            }
            return value
        }
    }
}
