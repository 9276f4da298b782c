import Core
import Foundation
import Images
import Journal
import Kubernetes
import Manifests

/// Everything `slipway deploy` and `slipway history` do, behind one door.
package struct DeliveryService: Sendable {
    let file: DeliveryFile
    let environment: EnvironmentSettings
    let state: StateDirectory
    let variables: [String: String]
    private let author: ReleaseAuthor
    let reporter: any ReleaseReporter
    let clusters: ClusterOpener
    private let git: GitRepository
    private let admission: any AdmissionPolicy

    /// - Throws: `SlipwayError` where the file has no environment of that name.
    package init(
        file: DeliveryFile,
        environment: String,
        state: StateDirectory,
        variables: [String: String],
        reporter: any ReleaseReporter,
        admission: any AdmissionPolicy
    ) throws {
        self.file = file
        self.environment = try file.environment(environment).withImage(from: variables)
        self.state = state
        self.variables = variables
        self.reporter = reporter
        self.admission = admission
        author = .current(variables: variables)
        clusters = ClusterOpener(state: state, variables: variables)
        git = GitRepository(folder: file.folder)
    }

    /// Whose yes there is: the run's, `--yes`, or somebody's at a terminal who sees the plan first.
    package func approval(yes: Bool, prompt: (@Sendable () -> Bool)?) throws -> ApprovalSource {
        if let given = try ReleaseApproval.fromRun(variables, environment: environment.name) { return .given(given) }
        let user = author.user
        if yes { return .given(ReleaseApproval(by: user, at: Date(), via: "--yes")) }
        guard let prompt else { return .missing }
        return .ask { plan in
            guard prompt() else { return nil }
            return ReleaseApproval(by: user, at: Date(), via: "prompt", plan: plan.changeFingerprint)
        }
    }

    /// Releases, and says how it ended.
    package func deploy(_ options: DeployOptions) async throws -> ReleaseOutcome {
        try await refuseLocalChanges()
        let resolved = try await resolve(options.image)
        reporter.report(
            .note("Image \(resolved.image.reference)\(resolved.image.version.map { ", version \($0)" } ?? "")")
        )
        let request = try await request(resolved, options)
        return try await inCluster { try await Releaser($0).release(request) }
    }

    /// What a release would change, in order, as the server says; nothing is changed.
    package func plan(_ options: DeployOptions) async throws -> (image: ReleaseImage, plan: ReleasePlan) {
        let request = try await request(options)
        return (request.image, try await inCluster { try await Releaser($0).plan(request) })
    }

    /// Goes back: undoes a release that is not finished, else releases an earlier verified one again.
    package func rollBack(to target: RollbackTarget?, options: DeployOptions) async throws -> ReleaseOutcome {
        try await inCluster { context in
            let asked = "\(author.user) asked to go back"
            let undone = try await Releaser(context).undoUnfinished(wait: options.wait, why: asked)
            // Going back from an unfinished release leads to where it began; a target may lead further.
            if let undone, target == nil { return undone }
            var request = try await RollbackFinder(context).request(to: target, wait: options.wait)
            if let window = options.watch, window > 0 {
                request.watch = (environment.watch ?? WatchRule()).with(window: window)
            }
            return try await Releaser(context).release(request)
        }
    }

    package func status() async throws -> EnvironmentStatus {
        try await inCluster { try await EnvironmentStatus.read($0) }
    }

    /// The releases that the environment's cluster remembers, newest first; the local journal learns them too.
    package func history(limit: Int) async throws -> [ReleaseRecord] {
        try await inCluster { context in
            let records = try await context.ledger.entries().map(\.record)
            for record in records.reversed() { await context.journal.note(record) }
            return Array(records.prefix(limit))
        }
    }

    /// One release, by its number or by the beginning of its id; nil where the cluster does not remember it.
    package func release(_ matches: @Sendable @escaping (ReleaseRecord) -> Bool) async throws -> ReleaseRecord? {
        try await inCluster { try await $0.ledger.entries().map(\.record).first(where: matches) }
    }

    // MARK: - Parts

    /// What a release with these options would be asked for.
    func request(_ options: DeployOptions) async throws -> ReleaseRequest {
        try await request(try await resolve(options.image), options)
    }

    var backupFolder: URL {
        if let directory = environment.backup?.directory {
            return URL(filePath: directory, directoryHint: .isDirectory, relativeTo: file.folder).absoluteURL
                .appending(path: environment.name, directoryHint: .isDirectory)
        }
        return state.url.appending(path: "backups/\(environment.name)", directoryHint: .isDirectory)
    }

    func inCluster<Value: Sendable>(
        _ body: @Sendable (ReleaseContext) async throws -> Value
    ) async throws -> Value {
        do {
            return try await clusters.with(environment) { cluster in
                let context = ReleaseContext(
                    cluster: cluster,
                    environment: environment,
                    author: author,
                    reporter: reporter,
                    journal: JournalKeeper(journal: openJournal(), reporter: reporter),
                    folder: file.folder,
                    backups: backupFolder,
                    variables: variables
                )
                return try await body(context)
            }
        } catch let error as ClusterError {
            throw error.slipwayError
        } catch let error as KubernetesStatusError {
            throw error.slipwayError(doing: "work on \(environment.name)", cluster: environment.namespace)
        }
    }

    private func openJournal() -> Journal? {
        do {
            return try Journal(at: state.journal)
        } catch {
            reporter.report(.warning("The journal cannot be opened, so this release is not in it: \(error)"))
            return nil
        }
    }

    private func refuseLocalChanges() async throws {
        guard environment.cleanTree else { return }
        let changes = try await git.localChanges(under: [environment.manifests.text, file.file])
        guard !changes.isEmpty else { return }
        throw SlipwayError(
            .invalidInput,
            "The working tree has local changes, and \(environment.name) takes only what is committed",
            at: environment.location,
            why: changes.prefix(5).joined(separator: ", ")
                + (changes.count > 5 ? " and \(changes.count - 5) more" : ""),
            next: "Commit or stash them (git stash), then run the same command again."
        )
    }

    private func resolve(_ request: ImageRequest) async throws -> (image: ReleaseImage, notes: [String]) {
        let resolver = ImageResolver(
            environment: environment,
            store: ImageStore(directory: state.images),
            git: git,
            variables: variables,
            verifiedBefore: try await verifiedBefore(),
            now: Date()
        )
        var resolved = try await resolver.resolve(request)
        if let rule = environment.admission {
            resolved.notes += try await admission.admit(resolved.image.reference, by: rule, folder: file.folder)
        }
        return resolved
    }

    /// What the environment that comes first has verified, newest first.
    private func verifiedBefore() async throws -> [ReleaseRecord]? {
        guard let from = environment.promotion?.from else { return nil }
        let earlier = try file.environment(from)
        do {
            return try await clusters.with(earlier) { cluster in
                try await ReleaseLedger(cluster: cluster, environment: earlier).entries()
                    .map(\.record)
                    .filter { $0.state == .verified }
            }
        } catch let error as ClusterError {
            throw error.slipwayError
        }
    }

    private func request(
        _ resolved: (image: ReleaseImage, notes: [String]),
        _ options: DeployOptions
    ) async throws -> ReleaseRequest {
        let objects = try ManifestPreparation(environment: environment).prepare(
            try ManifestSource.load(file.folder.appending(path: environment.manifests.text)),
            image: resolved.image
        )
        var request = ReleaseRequest(
            image: resolved.image,
            objects: objects,
            approval: options.approval,
            verification: environment.verification,
            watch: watch(options)
        )
        request.wait = options.wait
        request.takeOver = options.takeOver
        request.notes = resolved.notes
        if let window = options.watch {
            request.notes.append(
                window == 0 ? "not watched: --watch 0" : "watched for \(DurationText.format(window)): --watch"
            )
        }
        return request
    }

    private func watch(_ options: DeployOptions) -> WatchRule? {
        guard let window = options.watch else { return environment.watch }
        return window == 0 ? nil : (environment.watch ?? WatchRule()).with(window: window)
    }
}
