import Core
import Foundation
import Images

/// How an image came to be: SLSA provenance, version 1 (`https://slsa.dev/spec/v1.0/provenance`).
package struct BuildProvenance: Sendable, Hashable {
    package static let predicateType = "https://slsa.dev/provenance/v1"
    private static let buildType = "https://slipway.dev/buildtypes/image/v1"

    /// The repository's address without credentials: `https://github.com/team/api`.
    package var repository: String?
    package var commit: String?
    package var ref: String?
    /// Whether the built tree was not the commit's.
    package var modified = false
    package var base: (name: String, digest: Digest)?
    package var builder: String
    package var invocation: String?
    package var started: Date?
    package var finished: Date

    package static func == (left: Self, right: Self) -> Bool { left.predicate == right.predicate }
    package func hash(into hasher: inout Hasher) { hasher.combine(predicate) }

    /// From what an image says of itself and what the run says of the build.
    ///
    /// - Parameters:
    ///   - manifest: The image's manifest; its annotations name source and base.
    ///   - environment: GitHub's variables, which Slipway's own runner sets too.
    ///   - builder: Who vouches for it; nil: the run's server, else this machine.
    ///   - finished: When the build ended.
    package init(
        of manifest: ImageManifest,
        environment: [String: String],
        builder: String? = nil,
        finished: Date
    ) {
        let annotations = manifest.annotations
        repository = annotations[ImageLabels.source]
        commit = annotations[ImageLabels.revision]
        ref = environment["GITHUB_REF"]
        modified = annotations[ImageLabels.modified] == "true"
        if let name = annotations[ImageLabels.baseName],
            let digest = annotations[ImageLabels.baseDigest].flatMap({ try? Digest(parsing: $0) })
        {
            base = (name, digest)
        }
        self.finished = finished
        let server = environment["GITHUB_SERVER_URL"]
        if let server, let repository = environment["GITHUB_REPOSITORY"], let run = environment["GITHUB_RUN_ID"] {
            let attempt = environment["GITHUB_RUN_ATTEMPT"] ?? "1"
            invocation = "\(server)/\(repository)/actions/runs/\(run)/attempts/\(attempt)"
        }
        if let builder {
            self.builder = builder
        } else if let server, let workflow = environment["GITHUB_WORKFLOW_REF"] {
            self.builder = "\(server)/\(workflow)"
        } else {
            self.builder = "urn:slipway:builder:\(ProcessInfo.processInfo.hostName)"
        }
    }

    package var predicate: JSON {
        var source: JSON = [:]
        source["uri"] = repository.map { .string("git+\($0)" + (ref.map { "@\($0)" } ?? "")) }
        source["digest"] = commit.map { ["gitCommit": .string($0)] }
        var dependencies: [JSON] = source.object?.isEmpty == false ? [source] : []
        if let base {
            dependencies.append([
                "uri": .string("oci://\(base.name)"),
                "digest": .object([base.digest.algorithm.rawValue: .string(base.digest.hex)]),
            ])
        }
        var parameters: JSON = [:]
        if source.object?.isEmpty == false { parameters["source"] = source }
        var metadata: JSON = ["finishedOn": .string(finished.formatted(.iso8601))]
        metadata["invocationId"] = invocation.map(JSON.string)
        metadata["startedOn"] = started.map { .string($0.formatted(.iso8601)) }
        return [
            "buildDefinition": [
                "buildType": .string(Self.buildType), "externalParameters": parameters,
                "internalParameters": ["modified": .bool(modified)], "resolvedDependencies": .array(dependencies),
            ],
            "runDetails": ["builder": ["id": .string(builder)], "metadata": metadata],
        ]
    }
}

/// What a verifier reads of anybody's SLSA provenance.
struct ProvenanceFacts {
    let repository: String?
    let finished: Date?
    let builder: String?
    let commit: String?

    init(_ predicate: JSON) {
        let definition = predicate["buildDefinition"]
        let parameters = definition?["externalParameters"]
        let source =
            parameters?[path: "source", "uri"]?.string ?? parameters?[path: "workflow", "repository"]?.string
            ?? parameters?["source"]?.string
        repository = source.map(Self.normalized)
        let details = predicate["runDetails"]
        finished = details?[path: "metadata", "finishedOn"]?.string.flatMap { try? Date($0, strategy: .iso8601) }
        builder = details?[path: "builder", "id"]?.string
        commit = parameters?[path: "source", "digest", "gitCommit"]?.string
    }

    /// One spelling of a repository's address: no `git+`, ref, `.git` or end slash, the host in lower case.
    static func normalized(_ address: String) -> String {
        var text = address.hasPrefix("git+") ? String(address.dropFirst(4)) : address
        if let scheme = text.range(of: "://") {
            let rest = text[scheme.upperBound...]
            if let slash = rest.firstIndex(of: "/"), let at = rest[slash...].firstIndex(of: "@") {
                text = String(text[..<at])
            }
        }
        while text.hasSuffix("/") { text.removeLast() }
        if text.hasSuffix(".git") { text.removeLast(4) }
        guard let scheme = text.range(of: "://") else { return text }
        let rest = text[scheme.upperBound...]
        let host = rest.prefix { $0 != "/" }
        return text[..<scheme.upperBound].lowercased() + host.lowercased() + rest.dropFirst(host.count)
    }
}
