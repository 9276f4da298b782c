import Core
import Kubernetes

/// Asks the cluster whether these credentials may do all that the release will do.
struct PermissionCheck {
    struct Right: Hashable {
        let verb: String
        let type: ResourceType
        var subresource: String?

        /// `patch deployments.apps`, `get pods/proxy`
        var text: String { "\(verb) \(type.qualifiedName)\(subresource.map { "/\($0)" } ?? "")" }
    }

    let context: ReleaseContext
    let writes: [PlannedWrite]

    /// - Throws: `SlipwayError` (`.external`) with every right that is missing.
    func check() async throws {
        let rights = try needed()
        let namespace = context.environment.namespace
        let missing = try await withThrowingTaskGroup(of: String?.self) { group in
            for right in rights {
                group.addTask { [cluster = context.cluster] in
                    let allowed = try await cluster.mayI(
                        right.verb,
                        right.type,
                        subresource: right.subresource,
                        namespace: namespace
                    )
                    return allowed == false ? right.text : nil
                }
            }
            var missing: [String] = []
            for try await text in group { if let text { missing.append(text) } }
            return missing.sorted()
        }
        guard !missing.isEmpty else { return }
        throw SlipwayError(
            .external,
            "These credentials may not do all that a release to \(context.environment.name) needs",
            why: "in \(namespace) they may not \(missing.joined(separator: ", "))",
            next: "Bind the deployer Role of the manifests to them; nothing was changed."
        )
    }

    private func needed() throws -> [Right] {
        var rights: Set<Right> = [
            Right(verb: "get", type: .deployment), Right(verb: "watch", type: .deployment),
            Right(verb: "list", type: .replicaSet), Right(verb: "watch", type: .replicaSet),
            Right(verb: "list", type: .pod), Right(verb: "watch", type: .pod),
            Right(verb: "list", type: .event), Right(verb: "watch", type: .event),
            Right(verb: "get", type: .pod, subresource: "proxy"),
            Right(verb: "get", type: .pod, subresource: "log"),
            Right(verb: "create", type: .configMap), Right(verb: "update", type: .configMap),
        ]
        if !context.environment.verification.service.isEmpty {
            rights.insert(Right(verb: "get", type: .service, subresource: "proxy"))
        }
        // A second Deployment is scaled as the release goes, and the one before it ended.
        if writes.contains(where: { $0.stage != nil }) { rights.insert(Right(verb: "update", type: .deployment)) }
        for write in writes {
            let type = try write.reference.type()
            guard type.isNamespaced else { continue }
            rights.insert(Right(verb: write.mode == .apply ? "patch" : "update", type: type))
            // A return restores what was there, and deletes what was not.
            rights.insert(Right(verb: write.action == .create ? "delete" : "update", type: type))
        }
        return rights.sorted { $0.text < $1.text }
    }
}
