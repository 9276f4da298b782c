import Foundation

/// How GitHub would name the repository.
struct RepositoryIdentity: Sendable, Hashable {
    let owner: String
    let name: String
    /// `https://github.com`, or the server that `origin` names.
    let server: String
    let defaultBranch: String

    var fullName: String { "\(owner)/\(name)" }

    /// Read off the `origin` remote, else the folder's name with the actor as owner.
    init(origin: String?, folder: String, actor: String, defaultBranch: String) {
        self.defaultBranch = defaultBranch
        if let origin, let parsed = Self.parse(origin) {
            (server, owner, name) = parsed
        } else {
            server = "https://github.com"
            owner = actor
            name = URL(filePath: folder).lastPathComponent
        }
    }

    /// `https://host/owner/name.git`, `ssh://git@host/owner/name`, `git@host:owner/name.git`.
    private static func parse(_ origin: String) -> (String, String, String)? {
        let pattern =
            /^(?:(?:https?|ssh|git):\/\/)?(?:[^@\/]+@)?([^\/:@]+\.[^\/:@]+)(?::\d+)?[\/:]([^\/]+)\/([^\/]+?)(?:\.git)?\/?$/
        guard let match = origin.wholeMatch(of: pattern) else { return nil }
        return ("https://\(match.1)", String(match.2), String(match.3))
    }
}
