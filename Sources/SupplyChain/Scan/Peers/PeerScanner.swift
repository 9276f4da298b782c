import Core
import Foundation
import Images
import Subprocess
import SystemPackage

/// Another scanner on this machine that judges what Slipway has listed: it gets the bill of materials, and what it says
/// becomes the same report.
package enum PeerScanner: String, Sendable, CaseIterable {
    case trivy, grype

    /// Where databases are fetched on the first run.
    private static let timeout = Duration.seconds(900)
    private static let outputLimit = 256 << 20

    /// Runs the scanner.
    ///
    /// - Parameters:
    ///   - document: What was found, with purls.
    ///   - variables: Environment variables to set for it.
    /// - Returns: Its findings, for packages of the inventory.
    /// - Throws: `SlipwayError` where it is not installed, fails, or says what cannot be read.
    package func scan(_ document: SBOMDocument, variables: [String: String] = [:]) async throws -> [Finding] {
        let folder = FileManager.default.temporaryDirectory
        let scratch = folder.appending(path: "slipway-\(rawValue)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let file = scratch.appending(path: "sbom.cdx.json")
        try document.json(.cyclonedx).data().write(to: file)
        let output = try await Self.withTimeout { try await run(on: file.path, variables) }
        let json: JSON
        do {
            json = try JSON(parsing: output)
        } catch {
            throw SlipwayError(.external, "\(rawValue) did not answer with JSON", why: String(output.prefix(200)))
        }
        return try findings(in: json, inventory: document.inventory)
    }

    private func arguments(_ file: String) -> [String] {
        switch self {
        case .trivy: ["sbom", "--quiet", "--format", "json", file]
        case .grype: ["--quiet", "--output", "json", "sbom:\(file)"]
        }
    }

    private func run(on file: String, _ variables: [String: String]) async throws -> String {
        var environment: [Environment.Key: String?] = [:]
        for (key, value) in variables { environment[Environment.Key(stringLiteral: key)] = value }
        do {
            let result = try await Subprocess.run(
                .name(rawValue),
                arguments: Arguments(arguments(file)),
                environment: .inherit.updating(environment),
                output: .string(limit: Self.outputLimit),
                error: .string(limit: 1 << 20)
            )
            guard result.terminationStatus.isSuccess else {
                throw SlipwayError(
                    .external,
                    "\(rawValue) failed: nothing was checked",
                    why: result.standardError.split(separator: "\n").suffix(3).joined(separator: "; ")
                )
            }
            return result.standardOutput
        } catch let error as SubprocessError {
            throw SlipwayError(
                .external,
                "Cannot run \(rawValue)",
                why: "\(error)",
                next: "Install it and put it in PATH, or leave --scanner out."
            )
        }
    }

    private static func withTimeout(_ work: @escaping @Sendable () async throws -> String) async throws -> String {
        try await withThrowingTaskGroup(of: String.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: timeout)
                throw SlipwayError(.external, "The scanner did not end within \(timeout)")
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw CancellationError() }
            return answer
        }
    }

    /// Reads a report of the scanner.
    ///
    /// - Throws: `SlipwayError` for what is not one: an answer that is not understood must not look like nothing found.
    package func findings(in json: JSON, inventory: Inventory) throws -> [Finding] {
        let known = Dictionary(inventory.packages.map { ($0.purl, $0) }, uniquingKeysWith: { first, _ in first })
        switch self {
        case .trivy: return try TrivyReport(json).findings(known)
        case .grype: return try GrypeReport(json).findings(known)
        }
    }
}

/// What a peer says of one vulnerability in one package.
struct PeerMatch {
    var names: [String]
    var purl: String?
    var packageName: String
    var version: String?
    var severity: String?
    var severitySource: String
    var vectors: [String]
    var summary: String
    var fixedIn: [String]
    var references: [String]

    func finding(_ known: [PackageURL: SoftwarePackage]) -> Finding {
        let url = purl.flatMap(PackageURL.init(parsing:))
        let listed = url.flatMap { url in
            known[url] ?? known.values.first { PackageURL.sameVersion($0.purl, url) }
        }
        let package =
            listed ?? url.map { PackageURLDecoder.package($0) }
            ?? SoftwarePackage(
                purl: PackageURL(type: "generic", name: packageName, version: version),
                name: packageName,
                version: version,
                ecosystem: nil,
                locations: []
            )
        let vector = vectors.compactMap(CVSSVector.init).max { $0.version.rawValue < $1.version.rawValue }
        let word = severity.flatMap(Severity.init(word:))
        let rating = SeverityRating(
            severity: word ?? vector?.score.map(Severity.init(score:)) ?? .unknown,
            score: vector?.score,
            source: word == nil ? vector.map { "CVSS \($0.version.rawValue)" } ?? "none given" : severitySource,
            vector: vector?.text
        )
        return Finding(
            name: AliasGroups.bestName(Set(names)),
            identifiers: Set(names).sorted(),
            package: package,
            rating: rating,
            summary: summary,
            fixedIn: fixedIn,
            references: Array(references.prefix(10))
        )
    }
}

extension PackageURL {
    /// Tools add and leave out qualifiers.
    fileprivate static func sameVersion(_ left: PackageURL, _ right: PackageURL) -> Bool {
        left.type == right.type && left.namespace == right.namespace && left.name == right.name
            && left.version == right.version
    }
}
