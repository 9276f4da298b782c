import Core
import Foundation
import Workflows

/// Reads the workflows that a workflow calls, and those that they call, within GitHub's limits.
actor WorkflowLoader {
    /// Levels in all, the workflow that the event starts included.
    static let maximumLevels = 10
    /// Different workflows that one run may call.
    static let maximumCallees = 50

    private let reader: SourceReader
    private let remote: any RemoteSource
    private var diagnostics: [Diagnostic] = []
    private var folders: [RemoteReference: RemoteFolder] = [:]
    private var parsed: [String: Parsed<Workflow>] = [:]
    private var units: [UnitKey: WorkflowUnit] = [:]

    /// What a workflow's own calls may do depends on who calls it, all else does not.
    private struct UnitKey: Hashable {
        let workflow: String
        let permissions: Permissions?
    }

    init(reader: SourceReader, remote: any RemoteSource) {
        self.reader = reader
        self.remote = remote
    }

    /// Loads what the jobs call; nil: all jobs.
    ///
    /// - Throws: `DiagnosticsError` with everything that is wrong; `SlipwayError` where another repository cannot be had.
    func load(_ workflow: Workflow, at home: WorkflowHome, jobs: Set<String>?) async throws -> WorkflowUnit {
        let unit = try await unit(workflow, home, jobs: jobs, path: [home.workflowRef], permissions: nil)
        if Set(units.keys.map(\.workflow)).count > Self.maximumCallees,
            let call = workflow.jobs.compactMap(\.call).first
        {
            report("More than \(Self.maximumCallees) different workflows are called", at: call.uses.location)
        }
        var seen: Set<Diagnostic> = []
        let problems = diagnostics.filter { seen.insert($0).inserted }
        guard problems.isEmpty else { throw DiagnosticsError(problems) }
        return unit
    }

    private func unit(
        _ workflow: Workflow,
        _ home: WorkflowHome,
        jobs: Set<String>?,
        path: [String],
        permissions: Permissions?
    ) async throws -> WorkflowUnit {
        var calls: [String: WorkflowUnit] = [:]
        for job in workflow.jobs where jobs?.contains(job.id) ?? true {
            guard let call = job.call, let reference = call.reference else { continue }
            let limit = PermissionLimit(
                caller: PermissionLimit(caller: permissions).effective(for: job, in: workflow)
            )
            calls[job.id] = try await callee(call, reference, from: home, path: path, limit: limit)
        }
        return WorkflowUnit(workflow: workflow, home: home, calls: calls)
    }

    private func callee(
        _ call: WorkflowJob.CallBody,
        _ reference: WorkflowReference,
        from caller: WorkflowHome,
        path: [String],
        limit: PermissionLimit
    ) async throws -> WorkflowUnit? {
        let home = try await home(of: reference, from: caller)
        let name = home.workflowRef
        if let start = path.firstIndex(of: name) {
            let circle = (path[start...] + [name]).map { $0.prefix { $0 != "@" } }
            report("The workflows call each other in a circle: \(circle.joined(separator: " → "))", at: call)
            return nil
        }
        guard path.count < Self.maximumLevels else {
            report("Workflows are nested more than \(Self.maximumLevels) levels deep", at: call)
            return nil
        }
        guard let parsed = try await parse(home) else {
            report("There is no workflow \(home.file) in \(place(home))", at: call)
            return nil
        }
        guard let workflow = parsed.model else { return nil }
        diagnostics += CallInterface.diagnostics(of: call, to: workflow, named: home.file)
        diagnostics += limit.diagnostics(for: workflow, named: home.file, at: call.uses.location)
        let key = UnitKey(workflow: name, permissions: limit.caller)
        if let known = units[key] { return known }
        let unit = try await unit(workflow, home, jobs: nil, path: path + [name], permissions: limit.caller)
        units[key] = unit
        return unit
    }

    private func place(_ home: WorkflowHome) -> String {
        home.remote == nil ? "this repository" : "\(home.repository)@\(home.ref)"
    }

    private func home(of reference: WorkflowReference, from caller: WorkflowHome) async throws -> WorkflowHome {
        switch reference {
        case .local(let path): return caller.sibling(path)
        case .repository(let owner, let name, let path, let ref):
            let wanted = RemoteReference(owner: owner, name: name, ref: ref)
            let folder: RemoteFolder
            if let known = folders[wanted] {
                folder = known
            } else {
                folder = try await remote.fetch(wanted)
                folders[wanted] = folder
            }
            return WorkflowHome(
                repository: wanted.repository,
                ref: ref,
                sha: folder.sha ?? "",
                file: path,
                remote: folder
            )
        }
    }

    /// Reads each file once, and reports what is wrong in it once.
    private func parse(_ home: WorkflowHome) async throws -> Parsed<Workflow>? {
        if let known = parsed[home.workflowRef] { return known }
        let text: String?
        if let folder = home.remote?.folder {
            text = FileManager.default.contents(atPath: "\(folder)/\(home.file)").map {
                String(decoding: $0, as: UTF8.self)
            }
        } else {
            text = try await reader.text(home.file)
        }
        guard let text else { return nil }
        let path = home.remote == nil ? home.file : "\(home.repository)/\(home.file)@\(home.ref)"
        let result = WorkflowParser.parse(text, path: path)
        diagnostics += result.diagnostics.filter { $0.severity == .error }
        if let workflow = result.model {
            diagnostics += JobGraph(workflow).diagnostics.filter { $0.severity == .error }
        }
        parsed[home.workflowRef] = result
        return result
    }

    private func report(_ message: String, at call: WorkflowJob.CallBody) { report(message, at: call.uses.location) }

    private func report(_ message: String, at location: SourceLocation) {
        diagnostics.append(Diagnostic(rule: "called-workflow", message, at: location))
    }
}
