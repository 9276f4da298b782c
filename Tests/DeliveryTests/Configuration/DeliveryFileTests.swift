import Core
import Foundation
import Kubernetes
import Manifests
import Testing

@testable import Delivery

struct DeliveryFileTests {
    private func parse(_ text: String) throws -> DeliveryFile {
        try DeliveryFileReader.parse(text, file: "slipway.yml", folder: URL(filePath: "/project"))
    }

    private static let minimal = """
        image: localhost/api
        deployment: api
        container: app
        environments:
          test:
            namespace: ns
            manifests: k8s
        """

    @Test func theRepositorysOwnFileIsRight() throws {
        let file = try DeliveryFileReader.read(folder: SharedData.repository)
        #expect(file.environments.map(\.name) == ["staging", "production"])
        let staging = try file.environment("staging")
        #expect(staging.namespace == "episodic-memory-staging")
        #expect(staging.deployment.text == "episodic-memory-api")
        #expect(staging.container.text == "api-server")
        #expect(staging.defaultTag == .named("develop"))
        #expect(staging.rollout.timeout == 300)
        #expect(staging.watch == nil && staging.approval == nil && staging.promotion == nil && !staging.cleanTree)
        #expect(staging.cluster == .variable("KUBECONFIG_STAGING", context: nil, otherwise: .local))
        let production = try file.environment("production")
        #expect(production.rollout.timeout == 600)
        #expect(production.defaultTag == .highestVersion)
        #expect(production.watch == WatchRule())
        #expect(production.promotion?.from == "staging")
        #expect(production.approval == ApprovalRule(by: [], expires: 86_400))
        #expect(production.cleanTree)
        #expect(production.verification.pods.map(\.path) == ["/health/liveness", "/health/readiness"])
        #expect(production.verification.service.map(\.path) == ["/health", "/metrics"])
    }

    @Test func readsWhatMustBeProvenOfAnImage() throws {
        let shared = """
            admission: {keys: keys/a.pub, repository: "https://github.com/team/api"}

            """
        let own = "\n    admission: {scan: passed, max-age: 30d, scan-max-age: 12h, keys: [keys/a.pub, keys/b.pub]}"
        let inherited = try #require(try parse(shared + Self.minimal).environment("test").admission)
        #expect(inherited.keys.map(\.text) == ["keys/a.pub"] && !inherited.scan && inherited.maximumAge == nil)
        let rule = try #require(try parse(shared + Self.minimal + own).environment("test").admission)
        #expect(rule.keys.map(\.text) == ["keys/a.pub", "keys/b.pub"])
        #expect(rule.repository == "https://github.com/team/api" && rule.scan)
        #expect(rule.maximumAge == 2_592_000 && rule.maximumScanAge == 43_200)
        #expect(try parse(Self.minimal).environment("test").admission == nil)
    }

    /// The names in slipway.yml are those of the manifests: one source of names, checked.
    @Test(arguments: ["staging", "production"])
    func theRepositorysManifestsFitItsFile(_ name: String) throws {
        let file = try DeliveryFileReader.read(folder: SharedData.repository)
        let environment = try file.environment(name)
        let manifests = try ManifestSource.load(file.folder.appending(path: environment.manifests.text))
        let image = ReleaseImage(reference: "localhost/episodic-memory-api@sha256:0", digest: "sha256:0")
        let objects = try ManifestPreparation(environment: environment).prepare(manifests, image: image)
        let deployment = try #require(objects.first { $0.kind == "Deployment" })
        #expect(deployment.name == "episodic-memory-api")
        #expect(deployment.labels["app"] == "episodic-memory-api")
        let view = DeploymentView(deployment)
        #expect(view.template.container(named: "api-server")?.image == image.reference)
        #expect(view.maxSurge == 1 && view.maxUnavailable == 0)
        #expect(try PortResolver(environment: environment).podPort(deployment) == 8000)
        let service = try #require(objects.first { $0.kind == "Service" && $0.name == environment.service })
        #expect(try PortResolver(environment: environment).servicePort(service, podPort: 8000).isEmpty == false)
        #expect(objects.allSatisfy { $0.namespace == "episodic-memory-\(name)" })
        // The cluster's own verdict comes before ours.
        #expect(Double(view.progressDeadlineSeconds ?? 0) < environment.rollout.timeout)
    }

    @Test func whatIsLeftOutHasItsDefault() throws {
        let test = try parse(Self.minimal).environment("test")
        #expect(test.cluster == .local)
        #expect(test.service == "api")
        #expect(test.port == "http")
        #expect(test.defaultTag == .named("latest"))
        #expect(test.rollout == RolloutSettings())
    }

    @Test func anEnvironmentsOwnKeysStandBeforeTheSharedOnes() throws {
        let file = try parse(
            """
            image: localhost/api
            deployment: api
            container: app
            watch: {window: 2m, max-error-rate: 2%, metrics: {requests: hits}}
            verify: {pods: [/a], service: [/s]}
            environments:
              one: {namespace: ns, manifests: k8s, watch: {window: 1m}, verify: {pods: [/b, /c]}, container: other}
              two: {namespace: ns, manifests: k8s, watch: off, rollout: {ready-within: 30s}, timeout: 7m}
            """
        )
        let one = try file.environment("one")
        #expect(one.watch?.window == 60 && one.watch?.maxErrorRate == 0.02 && one.watch?.metric.name == "hits")
        #expect(one.verification.pods.map(\.path) == ["/b", "/c"])
        #expect(one.verification.service.map(\.path) == ["/s"])
        #expect(one.container.text == "other")
        let two = try file.environment("two")
        #expect(two.watch == nil)
        #expect(two.rollout.readyWithin == 30 && two.rollout.timeout == 420)
    }

    @Test func checksAreReadWhole() throws {
        let text = Self.minimal.replacing(
            "environments:",
            with: """
                verify:
                  service:
                    - method: post
                      path: /search
                      headers: {Content-Type: application/json}
                      body: '{"q":"x"}'
                      status: [200, 201]
                      contains: hits
                      json: {"$.hits[0].id": 7, $.ok: true}
                      within: 500ms
                      patience: 30s
                environments:
                """
        )
        let check = try #require(try parse(text).environment("test").verification.service.first)
        #expect(check.method == "POST")
        #expect(check.statuses == [200, 201])
        #expect(check.headers == ["Content-Type": "application/json"])
        #expect(check.json.map(\.path.description) == ["$.hits[0].id", "$.ok"])
        #expect(check.json.map(\.value) == [7, true])
        #expect(check.within == 0.5 && check.patience == 30)
    }

    @Test func exceptionsHaveAReasonAndAnEnd() throws {
        let text =
            Self.minimal + """

                  live:
                    namespace: live
                    manifests: k8s
                    promotion:
                      from: test
                      exceptions:
                        - tree: 0123456789012345678901234567890123456789
                          reason: hotfix for the outage
                          until: 2027-01-31
                """
        let exception = try #require(try parse(text).environment("live").promotion?.exceptions.first)
        #expect(exception.reason == "hotfix for the outage")
        #expect(exception.until == Date(timeIntervalSince1970: 1_801_440_000))
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let line: String
        let message: String
        var testDescription: String { line }

        init(_ line: String, _ message: String) {
            self.line = line
            self.message = message
        }
    }

    /// One wrong line each, put at line 8 of the minimal file.
    static let mistakes = [
        Mistake(
            "    admission: {scan: passed}",
            "slipway.yml:8:16: error: admission has no \"keys\": without a key nothing can be proven [missing-key]\n    "
                + "Name files with public keys in PEM: keys: [keys/release.pub]"
        ),
        Mistake(
            "    admission: {keys: a.pub, scan: yes}",
            "slipway.yml:8:36: error: admission.scan must be passed or any [invalid-value]"
        ),
        Mistake(
            "    namespce: x",
            "slipway.yml:8:5: error: Unknown key \"namespce\" in environments.test [unknown-key]\n    Did you mean \"namespace\"?"
        ),
        Mistake(
            "    timeout: 5",
            "slipway.yml:8:14: error: environments.test.timeout must be a duration with a unit, such as 90s or 5m, not \"5\" [wrong-type]"
        ),
        Mistake(
            "    cluster: locl",
            "slipway.yml:8:14: error: environments.test.cluster must be \"local\" or a mapping, not \"locl\" [invalid-value]\n    For a context of your kubeconfig write {context: locl}."
        ),
        Mistake(
            "    cluster: {contxt: x}",
            """
            slipway.yml:8:14: error: environments.test.cluster needs "context" or "kubeconfig-env" [missing-key]
            slipway.yml:8:15: error: Unknown key "contxt" in environments.test.cluster [unknown-key]
                Did you mean "context"?
            """
        ),
        Mistake(
            "    deployment: Api",
            "slipway.yml:8:17: error: \"Api\" is no Kubernetes name: lower-case letters, digits and hyphens, 63 at most [invalid-value]"
        ),
        Mistake(
            "    image: localhost/api:v1",
            "slipway.yml:8:12: error: image names a repository, without tag or digest, not \"localhost/api:v1\" [invalid-value]\n    The tag is given with --tag, or by default-tag."
        ),
        Mistake(
            "    watch: {max-error-rate: 100%}",
            "slipway.yml:8:29: error: watch.max-error-rate must be a share above 0 % and below 100 %, such as 1%, not \"100%\" [wrong-type]"
        ),
        Mistake(
            "    watch: {too-little-traffic: rollback}",
            "slipway.yml:8:33: error: watch.too-little-traffic must be one of pass, roll-back, extend, pause [invalid-value]\n    Did you mean \"roll-back\"?"
        ),
        Mistake(
            "    watch: {window: 10s}",
            "slipway.yml:8:12: error: watch.interval (15 s) is longer than watch.window (10 s) [invalid-value]"
        ),
        Mistake(
            "    watch: {metrics: {exclude-path: /x}}",
            "slipway.yml:8:23: error: Unknown key \"exclude-path\" in watch.metrics [unknown-key]\n    Did you mean \"exclude-paths\"?"
        ),
        Mistake(
            "    verify: {pods: [health]}",
            "slipway.yml:8:21: error: verify.pods must be a path that starts with \"/\", not \"health\" [invalid-value]"
        ),
        Mistake(
            "    verify: {pods: /health}",
            "slipway.yml:8:20: error: verify.pods must be a list, not \"/health\" [wrong-type]"
        ),
        Mistake(
            "    verify: {service: [{path: /, method: GTE}]}",
            "slipway.yml:8:42: error: \"GTE\" is no HTTP method [invalid-value]\n    Did you mean \"GET\"?"
        ),
        Mistake(
            "    verify: {service: [{path: /, status: 2000}]}",
            "slipway.yml:8:42: error: \"2000\" is no HTTP status [invalid-value]"
        ),
        Mistake(
            "    verify: {service: [{path: /, json: {status: ok}}]}",
            "slipway.yml:8:41: error: \"status\" is no JSON path such as $.status or $.items[0].name [invalid-value]"
        ),
        Mistake(
            "    promotion: {from: prod}",
            "slipway.yml:6:5: error: promotion.from of \"test\" must name another environment of this file, not \"prod\" [invalid-value]"
        ),
        Mistake(
            "    approval: maybe",
            "slipway.yml:8:15: error: approval must be \"required\", \"none\" or a mapping, not \"maybe\" [invalid-value]"
        ),
        Mistake(
            "    clean-tree: yes",
            "slipway.yml:8:17: error: environments.test.clean-tree must be true or false, not \"yes\" [wrong-type]"
        ),
        Mistake(
            "    backup: {keep: 1s}",
            "slipway.yml:8:20: error: backup.keep must be at least 1 h, not \"1s\" [wrong-type]"
        ),
        Mistake(
            "    rollout: {unhealthy-before: ignore}",
            "slipway.yml:8:33: error: rollout.unhealthy-before must be one of proceed, refuse [invalid-value]"
        ),
    ]

    @Test(arguments: mistakes)
    func mistakesAreToldWithTheirPlace(_ mistake: Mistake) {
        let error = #expect(throws: DiagnosticsError.self) { try parse(Self.minimal + "\n" + mistake.line) }
        #expect(error?.description == mistake.message)
    }

    @Test func allMistakesAreToldAtOnce() {
        let error = #expect(throws: DiagnosticsError.self) {
            try parse("environments:\n  a: {namespace: ns}\n  B: {}\ntypo: 1\n")
        }
        #expect(
            error?.description == """
                slipway.yml:2:6: error: environments.a has no "manifests": the folder with its manifests or its kustomization [missing-key]
                slipway.yml:2:6: error: environments.a has no "deployment": the name of the Deployment to roll out [missing-key]
                slipway.yml:2:6: error: environments.a has no "container": the container of the Deployment that gets the image [missing-key]
                slipway.yml:2:6: error: environments.a has no "image": the image's repository [missing-key]
                slipway.yml:3:3: error: "B" is no name for an environment: lower-case letters, digits and hyphens [invalid-value]
                slipway.yml:4:1: error: Unknown key "typo" in the file [unknown-key]
                    Allowed here: admission, backup, container, deployment, environments, image, image-env, port, rollout, service, strategy, verify, watch.
                """
        )
    }

    @Test(arguments: [
        ("", "slipway.yml:1:1: error: The file is empty [empty-file]\n    It needs at least \"environments\"."),
        ("image: x", "slipway.yml:1:1: error: The file has no \"environments\" [missing-key]"),
        (
            "environments: [a]",
            "slipway.yml:1:15: error: environments must be a mapping from names to settings, not a sequence [wrong-type]"
        ),
        ("- a", "slipway.yml:1:1: error: the file must be a mapping, not a sequence [wrong-type]"),
    ])
    func filesThatAreNotEvenClose(_ text: String, _ message: String) {
        let error = #expect(throws: DiagnosticsError.self) { try parse(text) }
        #expect(error?.description == message)
    }

    @Test func anUnknownEnvironmentIsToldWithTheNearest() throws {
        let file = try parse(Self.minimal)
        let error = #expect(throws: SlipwayError.self) { try file.environment("tset") }
        #expect(error?.description == "There is no environment \"tset\" in slipway.yml\n  next: Did you mean \"test\"?")
    }

    @Test func theFileIsFoundUpwardsButNotBeyondTheRepository() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let inner = root.appending(path: "a/b")
        try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
        try Data().write(to: root.appending(path: "slipway.yml"))
        #expect(DeliveryFileReader.folder(from: inner).path == root.standardizedFileURL.path)
        try FileManager.default.createDirectory(at: root.appending(path: "a/.git"), withIntermediateDirectories: true)
        #expect(DeliveryFileReader.folder(from: inner).path == inner.path)
    }
}
