internal import Core

/// What the rules share while one workflow is checked: the graph and the files it refers to.
struct CheckContext {
    let workflow: Workflow
    let graph: JobGraph
    let files: FileResolver
    let sites: [ExpressionSite]

    init(_ workflow: Workflow, files: FileResolver) {
        self.workflow = workflow
        graph = JobGraph(workflow)
        self.files = files
        sites = workflow.sites
    }
}

/// Finds and keeps the repository's actions and workflows that one file refers to.
final class FileResolver {
    private let files: any ReferencedFiles
    private var actions: [String: ActionMetadata?] = [:]
    private var workflows: [String: Workflow?] = [:]

    init(_ files: any ReferencedFiles) { self.files = files }

    /// Whether a file that is not found is a finding.
    var isAvailable: Bool { files.isAvailable }

    /// The metadata of an action of this repository; nil where there is none.
    func action(_ reference: ActionReference?) -> ActionMetadata? {
        guard let folder = reference?.localFolder else { return nil }
        if let known = actions[folder] { return known }
        var found: ActionMetadata?
        for name in ["action.yml", "action.yaml"] where found == nil {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            found = files.contents(of: path).flatMap { ActionParser.parse($0, path: path).model }
        }
        actions[folder] = .some(found)
        return found
    }

    /// A workflow of this repository; nil where there is none.
    func workflow(_ reference: WorkflowReference?) -> Workflow? {
        guard case .local(let path)? = reference else { return nil }
        if let known = workflows[path] { return known }
        let found = files.contents(of: path).flatMap { WorkflowParser.parse($0, path: path).model }
        workflows[path] = .some(found)
        return found
    }
}

extension ActionReference {
    /// The folder of a local action, relative to the repository's root.
    var localFolder: String? {
        switch self {
        case .local(let path):
            let parts = path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).filter { $0 != "." }
            return parts.contains("..") ? nil : parts.joined(separator: "/")
        case .sameRepository(let path): return path.split(separator: "/").joined(separator: "/")
        case .repository, .docker: return nil
        }
    }
}
