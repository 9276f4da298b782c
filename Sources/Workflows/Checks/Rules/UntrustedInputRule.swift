internal import Core

/// Text that anyone may write, put into a script where a shell reads it as commands.
struct UntrustedInputRule: SiteRule {
    /// Source: "Script injections" of GitHub's security guide. `*` is any one name.
    private static let sources: [[String]] = [
        "github.head_ref",
        "github.event.issue.title", "github.event.issue.body",
        "github.event.pull_request.title", "github.event.pull_request.body",
        "github.event.pull_request.head.ref", "github.event.pull_request.head.label",
        "github.event.pull_request.head.repo.default_branch", "github.event.pull_request.head.repo.description",
        "github.event.pull_request.head.repo.homepage",
        "github.event.comment.body", "github.event.review.body", "github.event.review_comment.body",
        "github.event.discussion.title", "github.event.discussion.body",
        "github.event.pages.*.page_name", "github.event.pages.*.title",
        "github.event.commits.*.message", "github.event.commits.*.author.email", "github.event.commits.*.author.name",
        "github.event.head_commit.message", "github.event.head_commit.author.email",
        "github.event.head_commit.author.name", "github.event.head_commit.committer.email",
        "github.event.head_commit.committer.name",
        "github.event.workflow_run.head_branch", "github.event.workflow_run.display_title",
        "github.event.workflow_run.head_commit.message", "github.event.workflow_run.head_commit.author.email",
        "github.event.workflow_run.head_commit.author.name",
        "github.event.workflow_run.head_repository.description",
        "github.event.workflow_run.pull_requests.*.head.ref",
    ].map { $0.split(separator: ".").map(String.init) }

    func check(_ site: ExpressionSite) -> [Diagnostic] {
        guard site.key == .script || isScriptInput(site) else { return [] }
        return site.expressions.flatMap { expression, offset in
            expression.flowingChains.compactMap { chain in
                guard Self.sources.contains(where: { Self.matches(chain, $0) }) else { return nil }
                return Diagnostic(
                    rule: "untrusted-input",
                    "\"\(chain.path.joined(separator: "."))\" is text that anyone may write; in a script it is run as "
                        + "code",
                    at: site.location(at: offset + chain.range.lowerBound),
                    help: "Pass it by \"env\" and use the variable in the script."
                )
            }
        }
    }

    /// `script` of actions/github-script is a program too.
    private func isScriptInput(_ site: ExpressionSite) -> Bool {
        guard let uses = site.step?.uses, case .repository("actions", "github-script", _, _)? = uses.reference,
            let script = uses.with?["script"]?.location
        else { return false }
        return site.template?.location == script
    }

    /// Whether the chain names the source, or an object around it that is written out whole.
    private static func matches(_ chain: ContextChain, _ source: [String]) -> Bool {
        let path = chain.path.map { $0.lowercased() }
        guard path.count == source.count || (chain.isWhole && path.count < source.count && path.count >= 3) else {
            return false
        }
        return zip(path, source).allSatisfy { $0 == $1 || $1 == "*" }
    }
}
