import Foundation

/// The labels (and annotations) that say what an image was made from.
package enum ImageLabels {
    package static let revision = "org.opencontainers.image.revision"
    package static let source = "org.opencontainers.image.source"
    package static let version = "org.opencontainers.image.version"
    package static let created = "org.opencontainers.image.created"
    package static let baseName = "org.opencontainers.image.base.name"
    package static let baseDigest = "org.opencontainers.image.base.digest"
    package static let title = "org.opencontainers.image.title"
    /// The id of the git tree that was built: two commits with equal content have it in common.
    package static let tree = "dev.slipway.tree"
    /// `true` where the tree that was built differs from the commit's.
    package static let modified = "dev.slipway.modified"

    /// Labels from git and, where a job's workspace has no repository, from what the runner says of the commit.
    package static func automatic(
        name: String,
        stamp: BuildStamp,
        revision: SourceRevision?,
        environment: [String: String]
    ) -> [String: String] {
        var labels = [title: name, created: stamp.text]
        labels[Self.revision] = revision?.commit ?? environment["GITHUB_SHA"]
        labels[version] = revision?.version
        if environment["GITHUB_REF_TYPE"] == "tag" {
            labels[version] = environment["GITHUB_REF_NAME"] ?? labels[version]
        }
        labels[tree] = revision?.tree
        labels[source] = revision?.source
        if labels[source] == nil, let repository = environment["GITHUB_REPOSITORY"] {
            labels[source] = "\(environment["GITHUB_SERVER_URL"] ?? "https://github.com")/\(repository)"
        }
        if revision?.modified == true { labels[modified] = "true" }
        return labels.filter { !$0.value.isEmpty }
    }
}
