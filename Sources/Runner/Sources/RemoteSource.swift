import Core

/// Gives the files of other repositories: of actions (`uses: owner/name@ref`) and of workflows that are called
/// (`uses: owner/name/.github/workflows/x.yml@ref`).
package protocol RemoteSource: Sendable {
    /// The repository's files at a ref: a branch, a tag or a full SHA.
    ///
    /// Throws `SlipwayError` where the repository or the ref cannot be had, naming both.
    func fetch(_ reference: RemoteReference) async throws -> RemoteFolder

    /// Whether the user wants this action itself, and not what Slipway has built in under its name.
    func replacesBuiltIn(_ reference: RemoteReference) -> Bool
}

extension RemoteSource {
    package func replacesBuiltIn(_ reference: RemoteReference) -> Bool { false }
}

/// A repository at a ref, as `uses` names it.
package struct RemoteReference: Sendable, Hashable {
    package let owner: String
    package let name: String
    package let ref: String

    package init(owner: String, name: String, ref: String) {
        self.owner = owner
        self.name = name
        self.ref = ref
    }

    /// `owner/name`.
    package var repository: String { "\(owner)/\(name)" }
}

extension RemoteReference: CustomStringConvertible {
    package var description: String { "\(repository)@\(ref)" }
}

/// The files of a repository at one commit, to be read and never written.
package struct RemoteFolder: Sendable, Hashable {
    /// Absolute.
    package let folder: String
    /// The commit that the ref stood for; nil for a folder that a user mapped (`--actions-from`).
    package let sha: String?

    package init(folder: String, sha: String?) {
        self.folder = folder
        self.sha = sha
    }
}

/// Has no other repositories.
package struct NoRemoteSource: RemoteSource {
    package init() {}

    package func fetch(_ reference: RemoteReference) async throws -> RemoteFolder {
        throw SlipwayError(
            .invalidInput,
            "The files of \(reference) cannot be had",
            why: "This run looks at no other repository"
        )
    }
}
