import Core
import Foundation
import Workflows

/// `actions/checkout`: puts the source of the run into the workspace.
struct CheckoutAction: BuiltInAction {
    let inputs = [
        "repository": "", "ref": "", "token": "", "ssh-key": "", "ssh-known-hosts": "", "ssh-strict": "true",
        "ssh-user": "git", "persist-credentials": "true", "path": "", "clean": "true", "filter": "",
        "sparse-checkout": "", "sparse-checkout-cone-mode": "true", "fetch-depth": "1", "fetch-tags": "false",
        "show-progress": "true", "lfs": "false", "submodules": "false", "set-safe-directory": "true",
        "github-server-url": "",
    ]

    func main(_ call: ActionCall) async throws {
        let run = call.run
        let repository = call.input("repository")
        guard repository.isEmpty || repository.lowercased() == run.identity.fullName.lowercased() else {
            throw StepFailure(
                "Only this repository (\(run.identity.fullName)) can be checked out here, not \(repository): "
                    + "nothing is fetched from the network"
            )
        }
        let target = try Self.target(call)
        guard let depth = Int(call.input("fetch-depth")), depth >= 0 else {
            throw StepFailure("fetch-depth must be a number, not '\(call.input("fetch-depth"))'")
        }
        if !call.input("filter").isEmpty {
            call.info("filter has no effect here: all objects are on this machine already")
        }
        let (source, ref) = try await self.source(call)
        let checkout = WorkspaceCheckout(
            project: run.repository,
            target: target,
            source: source,
            ref: ref,
            remote: run.originURL ?? run.repository.root,
            depth: depth,
            fetchesTags: try call.flag("fetch-tags"),
            cleans: try call.flag("clean"),
            sparse: call.lines("sparse-checkout"),
            isConeMode: try call.flag("sparse-checkout-cone-mode"),
            record: Self.record(target, call),
            tools: ToolRunner(environment: run.repository.tools.environment, stop: call.stop)
        )
        try await checkout.perform()
        try await submodules(call, in: target, depth: depth)
        if try call.flag("lfs") {
            call.info("Fetching LFS objects")
            try await checkout.tools.require("git", ["lfs", "pull"], in: target)
        }
        let kind = source.isDirty ? "commit + local changes" : "commit"
        call.info("Checked out \(source.commit.prefix(12)) (\(kind)) of \(run.identity.fullName) at \(ref)")
        call.setOutput("ref", call.input("ref").isEmpty ? run.event.ref : call.input("ref"))
        call.setOutput("commit", source.commit)
    }

    /// The run's own source, or the commit that `ref` names.
    private func source(_ call: ActionCall) async throws -> (SourceSnapshot, ref: String) {
        let run = call.run
        let wanted = call.input("ref")
        if wanted.isEmpty { return (run.source, run.event.ref) }
        if wanted == run.event.ref || wanted == run.source.commit || wanted == EventBuilder.shortName(run.event.ref) {
            return (run.source, wanted == run.source.commit ? wanted : run.event.ref)
        }
        for candidate in ["refs/heads/\(wanted)", "refs/tags/\(wanted)", "refs/remotes/origin/\(wanted)", wanted] {
            guard let sha = try await run.repository.resolve(candidate) else { continue }
            let ref = candidate.hasPrefix("refs/remotes/origin/") ? "refs/heads/\(wanted)" : candidate
            return (.commit(try await run.repository.commit(sha)), ref)
        }
        throw StepFailure("A branch or tag with the name '\(wanted)' could not be found")
    }

    private func submodules(_ call: ActionCall, in target: String, depth: Int) async throws {
        let mode = call.input("submodules").lowercased()
        guard ["true", "recursive"].contains(mode) else { return }
        call.info("Fetching submodules")
        let recursive = mode == "recursive" ? ["--recursive"] : []
        let limit = depth > 0 ? ["--depth=\(depth)"] : []
        let tools = ToolRunner(environment: call.run.repository.tools.environment, stop: call.stop)
        try await tools.require("git", ["submodule", "sync"] + recursive, in: target)
        let arguments =
            ["-c", "protocol.file.allow=always", "submodule", "update", "--init", "--force"] + limit + recursive
        try await tools.require("git", arguments, in: target)
    }

    private static func target(_ call: ActionCall) throws(StepFailure) -> String {
        let path = call.input("path")
        if path.isEmpty { return call.workspace }
        let absolute = URL(filePath: path.hasPrefix("/") ? path : "\(call.workspace)/\(path)").standardizedFileURL.path
        guard absolute == call.workspace || absolute.hasPrefix(call.workspace + "/") else {
            throw StepFailure("Repository path '\(absolute)' is not under '\(call.workspace)'")
        }
        return absolute
    }

    /// Where the modification times of this checkout are kept from run to run.
    private static func record(_ target: String, _ call: ActionCall) -> String {
        let relative = target == call.workspace ? "workspace" : String(target.dropFirst(call.workspace.count + 1))
        return "\(call.folders.checkouts)/\(RunLayout.slug(relative.replacing("/", with: "__")))"
    }
}
