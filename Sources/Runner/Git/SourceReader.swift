/// Reads files of a run's source as jobs will see them, local changes included or left out.
struct SourceReader: Sendable {
    let repository: GitRepository
    let source: SourceSnapshot

    /// The text of a file, its path relative to the repository; nil where the source has no such file.
    func text(_ path: String) async throws -> String? {
        var environment: [String: String] = [:]
        if let objects = source.objects {
            environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = "\(objects):\(repository.objects)"
        }
        let output = try await repository.tools.run(
            "git",
            ["cat-file", "blob", "\(source.tree):\(path)"],
            in: repository.root,
            adding: environment
        )
        return output.end.isSuccess ? output.text : nil
    }
}
