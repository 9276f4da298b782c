import Core
import Foundation
import Images
import Testing

@testable import Delivery

/// Tags to digests, with a real repository and a real image store.
struct ImageResolverTests {
    private struct Project {
        let folder: TemporaryFolder
        let store: ImageStore
        let git: GitRepository
        var commit = ""
        var tree = ""

        init() async throws {
            folder = try TemporaryFolder()
            store = ImageStore(directory: folder.url.appending(path: "images"))
            try store.create()
            git = GitRepository(folder: folder.url)
            try folder.write(".gitignore", "images\n")
            try folder.write("a.txt", "1")
            try await folder.git("init", "-q", "-b", "main")
            try await folder.git("add", ".")
            try await folder.git("commit", "-q", "-m", "one")
            commit = try await folder.git("rev-parse", "HEAD")
            tree = try await folder.git("rev-parse", "HEAD^{tree}")
        }

        /// An image with labels and no layers.
        func image(_ tag: String, commit: String, tree: String) throws -> String {
            var config = ImageConfig(platform: .current)
            config.labels = [
                "org.opencontainers.image.revision": commit, "dev.slipway.tree": tree,
                "org.opencontainers.image.version": tag,
            ]
            let blob = try store.write(config.json.data(), mediaType: MediaType.config)
            let descriptor = try store.write(ImageManifest(config: blob, layers: []))
            try store.tag(descriptor, name: "localhost/api:\(tag)")
            return descriptor.digest.description
        }

        func resolver(
            verified: [ReleaseRecord]? = nil,
            promotion: PromotionRule? = nil,
            defaultTag: DefaultTag = .named("develop"),
            variables: [String: String] = [:]
        ) throws -> ImageResolver {
            let fixture = try ReleaseFixture {
                $0.name = promotion == nil ? "staging" : "production"
                $0.promotion = promotion
                $0.defaultTag = defaultTag
            }
            return ImageResolver(
                environment: fixture.environment,
                store: store,
                git: git,
                variables: variables,
                verifiedBefore: verified,
                now: Date(timeIntervalSince1970: 1_800_000_000)
            )
        }

        func record(_ digest: String, tree: String, commit: String = "c") -> ReleaseRecord {
            var image = ReleaseImage(reference: "localhost/api@\(digest)", digest: digest, tag: "develop")
            image.tree = tree
            image.commit = commit
            return ReleaseRecord(
                number: 7,
                id: "id",
                environment: "staging",
                namespace: "ns",
                deployment: "api",
                image: image,
                healthyBefore: true,
                author: ReleaseAuthor(user: "u", host: "h", process: 1, run: nil),
                startedAt: Date(timeIntervalSince1970: 0),
                state: .verified,
                plan: "p"
            )
        }
    }

    private let fromStaging = PromotionRule(from: "staging", exceptions: [])

    @Test func aTagBecomesADigestWithItsOrigin() async throws {
        let project = try await Project()
        let digest = try project.image("develop", commit: project.commit, tree: project.tree)
        let (image, notes) = try await project.resolver().resolve(.standard)
        #expect(image.reference == "localhost/api@\(digest)")
        #expect(image.digest == digest && image.tag == "develop" && image.tree == project.tree)
        #expect(image.commit == project.commit && image.version == "develop")
        #expect(notes.isEmpty)
        #expect(try await project.resolver().resolve(.image("localhost/api:develop")).image.digest == digest)
        #expect(try await project.resolver().resolve(.image("localhost/api@\(digest)")).image.tag == nil)
    }

    @Test func aMissingTagIsToldWithThoseThatAreThere() async throws {
        let project = try await Project()
        _ = try project.image("develop", commit: "c", tree: "t")
        let error = await #expect(throws: SlipwayError.self) { try await project.resolver().resolve(.tag("nope")) }
        #expect(error?.what == "There is no image localhost/api:nope")
        #expect(error?.why == "the image store has localhost/api:develop")
    }

    @Test func anotherRepositorysImageIsRefused() async throws {
        let project = try await Project()
        let error = await #expect(throws: SlipwayError.self) {
            try await project.resolver().resolve(.image("localhost/other:v1"))
        }
        #expect(error?.what == "staging runs images of localhost/api, not of localhost/other")
    }

    @Test func productionGetsTheDigestThatStagingVerifiedForTheTaggedTree() async throws {
        let project = try await Project()
        let digest = try project.image("develop", commit: project.commit, tree: project.tree)
        // The tag stands on a merge commit: another number, the same files.
        try await project.folder.git("commit", "-q", "--allow-empty", "-m", "merge")
        try await project.folder.git("tag", "v1.2.3")
        let merge = try await project.folder.git("rev-parse", "HEAD")
        let resolver = try project.resolver(
            verified: [project.record(digest, tree: project.tree)],
            promotion: fromStaging,
            defaultTag: .highestVersion
        )
        for request in [ImageRequest.standard, .tag("v1.2.3")] {
            let (image, notes) = try await resolver.resolve(request)
            #expect(image.digest == digest)
            #expect(image.version == "v1.2.3" && image.commit == merge && image.tree == project.tree)
            #expect(notes == ["verified in staging by its release 7"])
        }
    }

    @Test func whatStagingNeverVerifiedDoesNotGoToProduction() async throws {
        let project = try await Project()
        let digest = try project.image("develop", commit: project.commit, tree: project.tree)
        try await project.folder.git("tag", "v1.0.0")
        let other = project.record(digest, tree: "other")
        let error = await #expect(throws: SlipwayError.self) {
            try await project.resolver(verified: [other], promotion: fromStaging).resolve(.tag("v1.0.0"))
        }
        #expect(error?.exitCode == .failure)
        #expect(error?.what == "staging has not verified what v1.0.0 is, so it does not go to production")
        #expect(error?.why?.contains(project.tree.prefix(12)) == true)
        let byDigest = await #expect(throws: SlipwayError.self) {
            try await project.resolver(verified: [], promotion: fromStaging).resolve(.image("localhost/api:develop"))
        }
        #expect(byDigest?.why == "nothing is verified there")
        let allowed = try await project.resolver(verified: [other], promotion: fromStaging)
            .resolve(.image("localhost/api:develop"))
        #expect(allowed.image.digest == digest)
    }

    @Test func anExceptionIsRecordedAndEnds() async throws {
        let project = try await Project()
        _ = try project.image("v1.0.0", commit: project.commit, tree: project.tree)
        try await project.folder.git("tag", "v1.0.0")
        func rule(until seconds: TimeInterval) -> PromotionRule {
            PromotionRule(
                from: "staging",
                exceptions: [
                    PromotionException(
                        subject: project.tree,
                        reason: "an outage",
                        until: Date(timeIntervalSince1970: seconds)
                    )
                ]
            )
        }
        let (_, notes) = try await project.resolver(verified: [], promotion: rule(until: 1_900_000_000))
            .resolve(.tag("v1.0.0"))
        #expect(notes == ["not verified in staging: exception of slipway.yml for \(project.tree), because an outage"])
        await #expect(throws: SlipwayError.self) {
            try await project.resolver(verified: [], promotion: rule(until: 1_700_000_000)).resolve(.tag("v1.0.0"))
        }
    }

    @Test func aRunsTagNeedsNoTagInTheRepository() async throws {
        let project = try await Project()
        let digest = try project.image("develop", commit: project.commit, tree: project.tree)
        let resolver = try project.resolver(
            verified: [project.record(digest, tree: project.tree)],
            promotion: fromStaging,
            variables: ["GITHUB_REF": "refs/tags/v9.0.0", "GITHUB_SHA": project.commit]
        )
        #expect(try await resolver.resolve(.tag("v9.0.0")).image.digest == digest)
    }

    @Test func withoutAVersionTagThereIsNothingToDeploy() async throws {
        let project = try await Project()
        let error = await #expect(throws: SlipwayError.self) {
            try await project.resolver(defaultTag: .highestVersion).resolve(.standard)
        }
        #expect(error?.what == "There is no version tag to deploy to staging")
    }

    @Test func localChangesAreFoundWhereTheyMatter() async throws {
        let project = try await Project()
        #expect(try await project.git.localChanges(under: ["k8s"]).isEmpty)
        try project.folder.write("notes.txt", "new, elsewhere")
        #expect(try await project.git.localChanges(under: ["k8s"]).isEmpty)
        try project.folder.write("k8s/new.yaml", "x")
        try project.folder.write("a.txt", "2")
        #expect(try await project.git.localChanges(under: ["k8s"]) == ["a.txt", "k8s/new.yaml"])
    }
}
