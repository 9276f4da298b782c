import Core
import Foundation
import ImagesTestSupport
import Testing

/// An image's way through real tools: built, scanned, signed, pushed to a real registry, and used by somebody else.
@Suite(
    .enabled(if: RealRegistry.isInstalled && Tools.has("openssl"), "docker-registry and openssl are needed"),
    .serialized,
    .timeLimit(.minutes(5))
)
struct ImageDayTests {
    private static func succeed(_ outcome: Outcome, _ what: String = "") throws -> String {
        try #require(outcome.status == 0, "\(what) \(outcome.everything)")
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func keys(in project: Project) async throws {
        let openssl = try #require(Tools.path(of: "openssl"))
        let make = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "release.key"]
        _ = try succeed(try await project.run(openssl, make))
        let open = ["pkey", "-in", "release.key", "-pubout", "-out", "release.pub"]
        _ = try succeed(try await project.run(openssl, open))
    }

    /// A database with one advisory that matches nothing here.
    private static func database(in project: Project) async throws {
        let today = Date.now.formatted(.iso8601)
        let ecosystems = ["Debian:12", "PyPI"]
        for (index, ecosystem) in ecosystems.enumerated() {
            try project.write(
                "osv/TEST-\(index).json",
                """
                {"id": "TEST-2026-\(index)", "modified": "\(today)", "affected": [{"package": {"ecosystem": "\(ecosystem)",
                "name": "no-such-package"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}]}
                """
            )
        }
        _ = try succeed(try await project.slipway("db", "update", "osv"))
    }

    @Test func builtScannedSignedPushedAndUsedElsewhere() async throws {
        let registry = try await RealRegistry(withAccounts: true)
        let login = Data("alice:\(RealRegistry.password)".utf8).base64EncodedString()
        let configuration = #"{"auths":{"\#(registry.host)":{"auth":"\#(login)"}}}"#
        let remote = "\(registry.host)/team/sample"
        try await Project.with { project in
            let digest = try await project.buildSample(tag: "v1")
            try project.write(".docker/config.json", configuration)
            try await Self.keys(in: project)
            try await Self.database(in: project)

            // The order is right, or it is refused.
            let early = try await project.slipway("image", "push", "localhost/sample:v1", "\(remote):v1")
            #expect(early.status == 1 && early.everything.contains("never scanned"), "\(early.everything)")
            let scan = try await project.slipway("scan", "localhost/sample:v1", "--fail-on", "high")
            _ = try Self.succeed(scan, "scan")
            let attest = try await project.slipway(
                "attest",
                "localhost/sample:v1",
                "--key",
                "release.key",
                "--name",
                remote
            )
            #expect(try Self.succeed(attest, "attest").contains("https://slsa.dev/provenance/v1"))
            let push = try await project.slipway(
                "image",
                "push",
                "localhost/sample:v1",
                "\(remote):v1",
                "--tag",
                "stable"
            )
            #expect(try Self.succeed(push, "push") == "\(remote)@\(digest)")
            let tags = try Self.succeed(try await project.slipway("image", "ls", remote))
            #expect(Set(tags.split(separator: "\n")).isSuperset(of: ["v1", "stable"]))

            try await Project.with { elsewhere in
                try elsewhere.write(".docker/config.json", configuration)
                let key = project.folder.appending(path: "release.pub").path
                let verify = ["verify", "\(remote):stable", "--key", key, "--scan-passed", "--max-age", "1h"]
                let verified = try Self.succeed(try await elsewhere.run(Tools.slipway, verify), "verify")
                #expect(verified.contains(digest) && verified.contains("scanned and found good"))
                let wrong = try await elsewhere.run(Tools.slipway, verify + ["--repository", "https://example.org/x"])
                #expect(wrong.status == 1 && wrong.everything.contains("not from https://example.org/x"))
                let pulled = try await elsewhere.slipway("image", "pull", "\(remote):stable")
                #expect(try Self.succeed(pulled, "pull") == "\(remote)@\(digest)")
                let inspected = try await elsewhere.slipway("image", "inspect", "\(remote):stable")
                #expect(try Self.succeed(inspected).contains("application/vnd.dsse.envelope.v1+json"))
                try await Self.runByCrun(elsewhere, remote)
            }
        }
    }

    @Test func anEnvironmentTakesOnlyWhatIsProven() async throws {
        try await Project.with { project in
            try await project.buildSample(tag: "v1")
            try await Self.keys(in: project)
            try project.write(
                "slipway.yml",
                """
                image: localhost/sample
                deployment: sample
                container: main
                admission: {keys: release.pub, scan: passed, max-age: 1h}
                environments:
                  staging:
                    cluster: {kubeconfig-env: KUBECONFIG_OF_NOBODY}
                    namespace: team
                    manifests: k8s
                    default-tag: v1
                """
            )
            try project.write("k8s/sample.yaml", Project.sampleManifest(image: "localhost/sample"))
            let unsigned = try await project.slipway("deploy", "--env", "staging", "--yes")
            #expect(unsigned.status == 1 && unsigned.everything.contains("Nothing is signed"), "\(unsigned.everything)")
            _ = try Self.succeed(try await project.slipway("attest", "localhost/sample:v1", "--key", "release.key"))
            let unscanned = try await project.slipway("deploy", "--env", "staging", "--yes")
            #expect(unscanned.status == 1 && unscanned.everything.contains("No signed scan"), "\(unscanned.everything)")
            try await Self.database(in: project)
            _ = try Self.succeed(try await project.slipway("scan", "localhost/sample:v1", "--fail-on", "critical"))
            _ = try Self.succeed(try await project.slipway("attest", "localhost/sample:v1", "--key", "release.key"))
            // Admitted: only the cluster is missing now.
            let admitted = try await project.slipway("deploy", "--env", "staging", "--yes")
            #expect(
                admitted.status != 0 && admitted.everything.contains("KUBECONFIG_OF_NOBODY"),
                "\(admitted.everything)"
            )
        }
    }

    /// Unpacked by umoci and run by crun: neither knows anything of Slipway.
    private static func runByCrun(_ project: Project, _ remote: String) async throws {
        guard let skopeo = Tools.path(of: "skopeo"), let umoci = Tools.path(of: "umoci"),
            let unshare = Tools.path(of: "unshare"), Tools.has("crun"), geteuid() == 0
        else { return }
        let copy = [
            "copy", "--src-tls-verify=false", "--src-creds", "alice:\(RealRegistry.password)",
            "docker://\(remote):stable", "oci:layout:stable",
        ]
        _ = try succeed(try await project.run(skopeo, copy), "skopeo")
        _ = try succeed(try await project.run(umoci, ["unpack", "--image", "layout:stable", "bundle"]), "umoci")
        let file = project.folder.appending(path: "bundle/config.json")
        var config = try JSON(parsing: Data(contentsOf: file))
        config["process"]?["terminal"] = false
        try config.data().write(to: file)
        let name = "slipway-\(UUID().uuidString.prefix(8))"
        // crun refuses machines with both versions of control groups mounted.
        let script = """
            umount /sys/fs/cgroup/unified 2>/dev/null
            timeout --signal=TERM 5 crun run --bundle bundle \(name); echo "ended with $?"
            crun delete --force \(name) 2>/dev/null
            """
        let run = try await project.run(unshare, ["--mount", "sh", "-c", script], limit: .seconds(60))
        #expect(run.everything.contains("listens on"), "\(run.everything)")
    }

    @Test(.enabled(if: Tools.has("kubectl"), "kubectl is not installed"))
    func theLocalClusterPullsWithThePodsOwnSecret() async throws {
        let registry = try await RealRegistry(withAccounts: true)
        let login = Data("alice:\(RealRegistry.password)".utf8).base64EncodedString()
        let configuration = #"{"auths":{"\#(registry.host)":{"auth":"\#(login)"}}}"#
        let remote = "\(registry.host)/team/sample"
        try await Project.with { project in
            try project.write(".docker/config.json", configuration)
            let digest = try await project.buildSample(tag: "v1")
            let push = try await project.slipway(
                "image",
                "push",
                "localhost/sample:v1",
                "\(remote):v1",
                "--without-scan",
                "a test of pulling"
            )
            _ = try Self.succeed(push, "push")
            try await Project.with { cluster in
                _ = try Self.succeed(try await cluster.slipway("cluster", "up"), "up")
                try cluster.write("config.json", configuration)
                let pod = { (name: String, secrets: String) in
                    """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: \(name)}
                    spec:
                      imagePullSecrets: \(secrets)
                      containers: [{name: main, image: "\(remote)@\(digest)"}]
                    """
                }
                try cluster.write("with.yaml", pod("with", "[{name: registry}]"))
                try cluster.write("without.yaml", pod("without", "[]"))
                let secret = try await cluster.kubectl(
                    "create",
                    "secret",
                    "generic",
                    "registry",
                    "--type=kubernetes.io/dockerconfigjson",
                    "--from-file=.dockerconfigjson=config.json"
                )
                _ = try Self.succeed(secret, "secret")
                _ = try Self.succeed(try await cluster.kubectl("apply", "-f", "without.yaml"), "apply")
                let refused = try await cluster.kubectl(
                    "wait",
                    "--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff",
                    "pod/without",
                    "--timeout=60s"
                )
                _ = try Self.succeed(refused, "without a secret")
                _ = try Self.succeed(try await cluster.kubectl("apply", "-f", "with.yaml"), "apply")
                let ready = try await cluster.kubectl("wait", "--for=condition=Ready", "pod/with", "--timeout=60s")
                _ = try Self.succeed(ready, "with the secret")
            }
        }
    }
}
