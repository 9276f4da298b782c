/// What a step's `uses` names.
package enum ActionReference: Sendable, Hashable {
    /// `./path`: a folder of the workspace, read when the step runs.
    case local(path: String)
    /// `$/path`: a folder of this repository at the workflow's own commit.
    case sameRepository(path: String)
    /// `owner/name[/path]@ref`.
    case repository(owner: String, name: String, path: String, ref: String)
    /// `docker://image`.
    case docker(image: String)

    /// Reads a reference; nil for anything else.
    package init?(_ text: String) {
        if text.hasPrefix("docker://") {
            let image = String(text.dropFirst("docker://".count))
            if image.isEmpty { return nil }
            self = .docker(image: image)
        } else if text.hasPrefix("./") || text.hasPrefix(".\\") || text == "." {
            self = .local(path: text)
        } else if text.hasPrefix("$/") {
            self = .sameRepository(path: String(text.dropFirst(2)))
        } else {
            guard let parts = RepositoryPath(text) else { return nil }
            self = .repository(owner: parts.owner, name: parts.name, path: parts.path, ref: parts.ref)
        }
    }
}

/// What a job's `uses` names.
package enum WorkflowReference: Sendable, Hashable {
    /// `./.github/workflows/x.yml`: of the caller's own commit.
    case local(path: String)
    /// `owner/name/.github/workflows/x.yml@ref`.
    case repository(owner: String, name: String, path: String, ref: String)

    private static let folder = ".github/workflows/"

    /// Reads a reference; nil for anything else.
    package init?(_ text: String) {
        for prefix in ["./", "$/"] where text.hasPrefix(prefix) {
            let path = String(text.dropFirst(2))
            guard Self.isWorkflow(path), !path.contains("@") else { return nil }
            self = .local(path: path)
            return
        }
        guard let parts = RepositoryPath(text), Self.isWorkflow(parts.path) else { return nil }
        self = .repository(owner: parts.owner, name: parts.name, path: parts.path, ref: parts.ref)
    }

    private static func isWorkflow(_ path: String) -> Bool {
        guard path.hasPrefix(folder), path.hasSuffix(".yml") || path.hasSuffix(".yaml") else { return false }
        return !path.dropFirst(folder.count).contains("/")
    }
}

/// `owner/name[/path]@ref`.
private struct RepositoryPath {
    let owner: String
    let name: String
    let path: String
    let ref: String

    init?(_ text: String) {
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        guard halves.count == 2, !halves[1].isEmpty else { return nil }
        let parts = halves[0].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, parts.allSatisfy({ Self.isPart($0) }) else { return nil }
        owner = String(parts[0])
        name = String(parts[1])
        path = parts.dropFirst(2).joined(separator: "/")
        ref = String(halves[1])
    }

    private static func isPart(_ part: Substring) -> Bool {
        !part.isEmpty && part != ".." && !part.contains { $0.isWhitespace || $0 == ":" }
    }
}
