/// What happened in the repository: the reason of a run.
package struct RunEvent: Sendable {
    /// `push`, `pull_request`…
    package let name: String
    /// Fully written: `refs/heads/main`, `refs/tags/v1`, `refs/pull/7/merge`.
    package let ref: String
    package let sha: String
    /// `github.event`.
    package let payload: ExpressionValue
    /// The message of the commit, where it is known.
    package let headMessage: String?

    package init(name: String, ref: String, sha: String, payload: ExpressionValue, headMessage: String? = nil) {
        self.name = name
        self.ref = ref
        self.sha = sha
        self.payload = payload
        self.headMessage = headMessage
    }

    /// The same event of `workflow_dispatch` with all inputs in its payload, as text: given ones and defaults.
    package func withInputs(_ inputs: ExpressionValue) -> RunEvent {
        guard name == "workflow_dispatch", case .object(let given) = inputs, case .object(let members) = payload else {
            return self
        }
        let texts = ExpressionValue.object(given.entries.map { ($0.key, .string($0.value.text)) })
        let others = members.entries.map { ($0.key, $0.value) }
        return RunEvent(
            name: name,
            ref: ref,
            sha: sha,
            payload: .object([("inputs", texts)] + others),
            headMessage: headMessage
        )
    }

    /// The activity type, where the event has one.
    package var action: String? {
        let text = payload["action"].text
        return text.isEmpty ? nil : text
    }

    package enum RefKind: String, Sendable { case branch, tag }

    /// `github.ref_type`; nil for a ref that is neither, such as a pull request's merge.
    package var refKind: RefKind? {
        if ref.hasPrefix("refs/heads/") { return .branch }
        return ref.hasPrefix("refs/tags/") ? .tag : nil
    }

    /// `github.ref_name`: the ref without `refs/heads/`, `refs/tags/` or `refs/pull/`… in front.
    package var refName: String {
        for prefix in ["refs/heads/", "refs/tags/", "refs/pull/"] where ref.hasPrefix(prefix) {
            return String(ref.dropFirst(prefix.count))
        }
        return ref
    }

    /// The branch that the filters of this event look at.
    var filteredBranch: String {
        switch name {
        case "pull_request", "pull_request_target": return payload["pull_request"]["base"]["ref"].text
        case "workflow_run": return payload["workflow_run"]["head_branch"].text
        case "merge_group":
            let base = payload["merge_group"]["base_ref"].text
            return base.hasPrefix("refs/heads/") ? String(base.dropFirst("refs/heads/".count)) : base
        default: return refName
        }
    }
}
