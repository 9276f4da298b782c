import Core
import Foundation

/// What a Dockerfile is to be built with.
package struct DockerfileBuild: Sendable {
    package var dockerfile: URL
    /// The folder that `COPY` copies from.
    package var context: URL
    package var arguments: [String] = []
    package var target: String?
    package var platform: Platform?
    package var labels: [String: String] = [:]
    /// Where earlier results are looked up and kept: `type=registry,ref=…` for BuildKit, a repository for the others.
    package var cacheFrom: [String] = []
    package var cacheTo: [String] = []
    package var stamp: BuildStamp

    package init(dockerfile: URL, context: URL, stamp: BuildStamp) {
        self.dockerfile = dockerfile
        self.context = context
        self.stamp = stamp
    }

    /// - Throws: `SlipwayError` (`.invalidInput`) for the first thing that is wrong, before any builder is started.
    func validate() throws {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: dockerfile.path, isDirectory: &isDirectory),
            !isDirectory.boolValue
        else { throw SlipwayError(.invalidInput, "There is no Dockerfile \(dockerfile.path)") }
        guard FileManager.default.fileExists(atPath: context.path, isDirectory: &isDirectory), isDirectory.boolValue
        else { throw SlipwayError(.invalidInput, "There is no folder \(context.path)", next: "Name one: --context") }
        for argument in arguments where argument.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*(=.*)?/) == nil {
            throw SlipwayError(
                .invalidInput,
                "\"\(argument.prefix { $0 != "=" })\" is not a build argument",
                next: "Write it as NAME=value, or NAME to pass this environment's value."
            )
        }
    }
}

/// A program that builds Dockerfiles; Slipway has none of its own and takes the one that is there.
package enum DockerfileBuilder: String, Sendable, CaseIterable {
    case buildkit, docker, buildah, podman

    var program: String {
        switch self {
        case .buildkit: "buildctl"
        case .docker, .buildah, .podman: rawValue
        }
    }

    /// The commands that leave the image as an OCI archive in `archive`, one after the other.
    func commands(_ build: DockerfileBuild, archive: URL, scratchName: String) -> [[String]] {
        switch self {
        case .buildkit: [buildctl(build, archive)]
        case .docker:
            [["buildx", "build"] + common(build) + ["--output", "type=oci,dest=\(archive.path)", build.context.path]]
        case .buildah, .podman:
            [
                ["build", "--layers", "--format", "oci", "--timestamp", String(build.stamp.created)] + common(build)
                    + ["--tag", scratchName, build.context.path],
                ["push", scratchName, "oci-archive:\(archive.path):latest"],
                ["rmi", scratchName],
            ]
        }
    }

    /// The flags that docker, buildah and podman have in common.
    private func common(_ build: DockerfileBuild) -> [String] {
        var flags = ["--file", build.dockerfile.path]
        for argument in build.arguments { flags += ["--build-arg", argument] }
        for (name, value) in build.labels.sorted(by: { $0.key < $1.key }) { flags += ["--label", "\(name)=\(value)"] }
        if let target = build.target { flags += ["--target", target] }
        if let platform = build.platform { flags += ["--platform", platform.description] }
        for cache in build.cacheFrom { flags += ["--cache-from", cache] }
        for cache in build.cacheTo { flags += ["--cache-to", cache] }
        return flags
    }

    private func buildctl(_ build: DockerfileBuild, _ archive: URL) -> [String] {
        var flags = [
            "build", "--frontend", "dockerfile.v0", "--local", "context=\(build.context.path)",
            "--local", "dockerfile=\(build.dockerfile.deletingLastPathComponent().path)",
            "--opt", "filename=\(build.dockerfile.lastPathComponent)",
            "--opt", "build-arg:SOURCE_DATE_EPOCH=\(build.stamp.created)",
        ]
        for argument in build.arguments { flags += ["--opt", "build-arg:\(argument)"] }
        for (name, value) in build.labels.sorted(by: { $0.key < $1.key }) {
            flags += ["--opt", "label:\(name)=\(value)"]
        }
        if let target = build.target { flags += ["--opt", "target=\(target)"] }
        if let platform = build.platform { flags += ["--opt", "platform=\(platform)"] }
        for cache in build.cacheFrom { flags += ["--import-cache", Self.described(cache)] }
        for cache in build.cacheTo { flags += ["--export-cache", Self.described(cache)] }
        return flags + ["--output", "type=oci,rewrite-timestamp=true,dest=\(archive.path)"]
    }

    /// buildctl has no short form for a cache in a registry.
    private static func described(_ cache: String) -> String {
        cache.contains("=") ? cache : "type=registry,ref=\(cache)"
    }

    /// How to find out whether the program can build here, and not only is installed.
    var probe: [String] {
        switch self {
        case .buildkit: ["debug", "workers"]
        case .docker: ["buildx", "inspect"]
        case .buildah, .podman: ["info"]
        }
    }
}
