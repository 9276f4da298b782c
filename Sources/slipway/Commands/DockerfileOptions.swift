import ArgumentParser
import Foundation
import Images

/// A Dockerfile and how it is built.
struct DockerfileOptions: ParsableArguments {
    @Option(help: "Build this Dockerfile with the builder that is here.", completion: .file())
    var dockerfile: String?

    @Option(help: "The folder that COPY copies from (default: the Dockerfile's).", completion: .directory)
    var context: String?

    @Option(help: "A build argument, NAME=value. May be repeated.")
    var buildArg: [String] = []

    @Option(help: "The stage to build.")
    var target: String?

    @Option(help: "Where earlier results are looked up, as the builder understands it. May be repeated.")
    var cacheFrom: [String] = []

    @Option(help: "Where results are kept for later, as the builder understands it. May be repeated.")
    var cacheTo: [String] = []

    @Option(help: "Which builder to use: \(DockerfileBuilder.allCases.map(\.rawValue).joined(separator: ", ")).")
    var builder: DockerfileBuilder?

    var isGiven: Bool {
        context != nil || !buildArg.isEmpty || target != nil || !cacheFrom.isEmpty || !cacheTo.isEmpty || builder != nil
    }

    /// nil where no Dockerfile is given.
    func build(stamp: BuildStamp, labels: [String: String], platform: Platform?) throws -> DockerfileBuild? {
        guard let dockerfile else { return nil }
        let file = URL(filePath: dockerfile).absoluteURL
        let folder = context.map { URL(filePath: $0).absoluteURL } ?? file.deletingLastPathComponent()
        var build = DockerfileBuild(dockerfile: file, context: folder, stamp: stamp)
        build.arguments = buildArg
        build.target = target
        build.platform = platform
        build.labels = labels
        build.cacheFrom = cacheFrom
        build.cacheTo = cacheTo
        return build
    }
}

extension DockerfileBuilder: ExpressibleByArgument {}
