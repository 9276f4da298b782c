import Core
import Foundation
import Testing

@testable import Kubernetes

@Suite struct KubeconfigTests {
    private static let text = """
        apiVersion: v1
        kind: Config
        current-context: one
        clusters:
        - name: c1
          cluster:
            server: https://one.example:6443/base
            certificate-authority-data: Q0E=
            tls-server-name: api.internal
            proxy-url: socks5://proxy.example:1081
        - name: c2
          cluster: {server: "https://two.example", insecure-skip-tls-verify: true}
        users:
        - name: u1
          user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ}
        - name: u2
          user: {token: 12345, as: bob, as-groups: [dev], as-user-extra: {scopes: [a]}}
        contexts:
        - name: one
          context: {cluster: c1, user: u1, namespace: shop}
        - name: two
          context: {cluster: c2, user: u2}
        """

    @Test func readsClustersUsersAndContexts() throws {
        let config = try Kubeconfig(text: Self.text, file: "kubeconfig")
        let one = try config.connection()
        #expect(one.server.absoluteString == "https://one.example:6443/base" && one.namespace == "shop")
        #expect(one.tls.authorities == Data("CA".utf8) && one.tls.serverName == "api.internal")
        #expect(one.proxy?.absoluteString == "socks5://proxy.example:1081")
        guard case .clientCertificate(let certificate) = one.credentials else {
            Issue.record("not a client certificate")
            return
        }
        #expect(certificate.chain == Data("CERT".utf8) && certificate.key == Secret("KEY"))
        let two = try config.connection(context: "two")
        #expect(two.tls.skipsVerification && two.namespace == "default")
        guard case .token(let token) = two.credentials else {
            Issue.record("not a token")
            return
        }
        #expect(token == Secret("12345"))
        #expect(
            two.impersonation?.headers.map { "\($0.0): \($0.1)" } == [
                "Impersonate-User: bob", "Impersonate-Group: dev", "Impersonate-Extra-scopes: a",
            ]
        )
    }

    @Test(arguments: [
        ("users:\n- name: u\n  user: {username: a, password: b}", "stopped accepting"),
        ("users:\n- name: u\n  user: {auth-provider: {name: gcp}}", "removed in 1.26"),
        ("users:\n- name: u\n  user: {client-key-data: S0VZ}", "without a certificate"),
        ("users:\n- name: u\n  user: {client-certificate-data: '%%', client-key-data: S0VZ}", "not base64"),
        ("users:\n- name: u\n  user: {client-certificate: /no/such/file, client-key-data: S0VZ}", "Cannot read"),
        (
            "users:\n- name: u\n  user: {exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}}",
            "speaks"
        ),
        (
            "users:\n- name: u\n  user: {exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}}",
            "ask somebody"
        ),
        ("users:\n- name: other\n  user: {}", "which is not here"),
    ])
    func refusesWhatItCannotUse(users: String, words: String) throws {
        let text = """
            clusters:
            - {name: c, cluster: {server: "https://x"}}
            contexts:
            - {name: k, context: {cluster: c, user: u}}
            current-context: k
            """
        let config = try Kubeconfig(text: "\(text)\n\(users)", file: "kubeconfig")
        let error = #expect(throws: DiagnosticsError.self) { try config.connection() }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        #expect(error?.description.hasPrefix("kubeconfig:") == true)
    }

    @Test func helpsWithAWrongContext() throws {
        let config = try Kubeconfig(text: Self.text, file: "kubeconfig")
        let error = #expect(throws: SlipwayError.self) { try config.connection(context: "twoo") }
        #expect(error?.next == "Did you mean \"two\"?")
        let empty = try Kubeconfig(text: "{}", file: "x")
        #expect(throws: SlipwayError.self) { try empty.connection() }
        #expect(throws: DiagnosticsError.self) { try Kubeconfig(text: "kind: Pod", file: "x") }
        #expect(throws: DiagnosticsError.self) { try Kubeconfig(text: "[1]", file: "x") }
    }

    @Test func mergesAListOfFilesTheFirstWins() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID())")
        try FileManager.default.createDirectory(at: folder.appending(path: "b"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = folder.appending(path: "a.yaml")
        let second = folder.appending(path: "b/b.yaml")
        try Data(
            """
            contexts: [{name: k, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://first"}}]
            """.utf8
        ).write(to: first)
        try Data(
            """
            current-context: k
            clusters: [{name: c, cluster: {server: "https://second"}}]
            users: [{name: u, user: {tokenFile: token.txt}}]
            """.utf8
        ).write(to: second)
        let connection = try ClusterConnection.resolve(
            .standard(),
            environment: ["KUBECONFIG": "\(first.path):/no/such/file:\(second.path)"]
        )
        #expect(connection.server.absoluteString == "https://first")
        guard case .tokenFile(let file) = connection.credentials else {
            Issue.record("not a token file")
            return
        }
        #expect(file.path == folder.appending(path: "b/token.txt").path)
    }

    @Test func readsAVariablePlainOrInBase64() throws {
        let encoded = Data(Self.text.utf8).base64EncodedString()
        for value in [Self.text, encoded, encoded + "\n"] {
            let connection = try ClusterConnection.resolve(
                .variable("KUBECONFIG_STAGING", context: "two"),
                environment: ["KUBECONFIG_STAGING": value]
            )
            #expect(connection.name == "two")
        }
        for environment in [[:], ["KUBECONFIG_STAGING": ""], ["KUBECONFIG_STAGING": "???"]] {
            let error = #expect(throws: SlipwayError.self) {
                try ClusterConnection.resolve(.variable("KUBECONFIG_STAGING"), environment: environment)
            }
            #expect(error?.what.contains("KUBECONFIG_STAGING") == true)
        }
    }

    @Test func usesThePodsServiceAccount() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in [("token", "t"), ("namespace", "shop\n"), ("ca.crt", "CA")] {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "6443"]
        let connection = try InCluster.connection(environment: environment, folder: folder)
        #expect(connection.server.absoluteString == "https://[fd00::1]:6443")
        #expect(connection.namespace == "shop" && connection.tls.authorities == Data("CA".utf8))
        #expect(throws: SlipwayError.self) { try InCluster.connection(environment: [:], folder: folder) }
    }

    @Test(
        arguments: [
            ("https://api.example:6443", ["HTTPS_PROXY": "http://p:3128"], "http://p:3128"),
            ("https://api.example", ["https_proxy": "p:3128"], "http://p:3128"),
            ("http://api.example", ["HTTPS_PROXY": "http://p:3128"], nil),
            ("https://127.0.0.1:6443", ["HTTPS_PROXY": "http://p:3128"], nil),
            ("https://api.example", ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "other, .example"], nil),
            ("https://api.example", ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "ample"], "http://p:1"),
            ("https://10.1.2.3", ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8"], nil),
            ("https://11.1.2.3", ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8"], "http://p:1"),
            ("https://api.example:6443", ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "api.example:443"], "http://p:1"),
            ("https://api.example", ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"], nil),
        ] as [(String, [String: String], String?)]
    )
    func usesTheProxyOfTheEnvironment(server: String, environment: [String: String], proxy: String?) throws {
        let url = try #require(URL(string: server))
        #expect(ProxySettings(environment).proxy(for: url)?.absoluteString == proxy)
    }

    @Test func credentialsCannotBePrinted() throws {
        let connection = try Kubeconfig(text: Self.text, file: "kubeconfig").connection(context: "two")
        #expect(!"\(connection)".contains("12345"))
        var dumped = ""
        dump(connection, to: &dumped)
        #expect(!dumped.contains("12345"))
    }
}

@Suite struct ExecPluginTests {
    private func plugin(_ script: String, environment: [String: String] = [:]) -> ExecPlugin {
        ExecPlugin(
            apiVersion: "client.authentication.k8s.io/v1",
            command: "sh",
            arguments: ["-c", script],
            environment: environment,
            installHint: nil,
            cluster: ["server": "https://x"]
        )
    }

    @Test func takesTheTokenItPrints() async throws {
        let script = #"""
            case "$KUBERNETES_EXEC_INFO" in *'"server":"https://x"'*) ;; *) exit 9;; esac
            echo "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"$WORD\",\"expirationTimestamp\":\"2026-11-23T11:20:58Z\"}}"
            """#
        let output = try await plugin(script, environment: ["WORD": "sesame"]).run()
        guard case .token(let token) = output.credentials else {
            Issue.record("not a token")
            return
        }
        #expect(token == Secret("sesame"))
        #expect(output.expires == KubernetesTime.parse("2026-11-23T11:20:58Z"))
    }

    @Test(arguments: [
        "exit 3", "echo nonsense",
        "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{}}'",
    ])
    func saysWhenItGivesNone(script: String) async throws {
        let error = await #expect(throws: SlipwayError.self) { try await plugin(script).run() }
        #expect(error?.exitCode == .external)
    }

    @Test func saysWhenItIsNotInstalled() async throws {
        let absent = ExecPlugin(
            apiVersion: "client.authentication.k8s.io/v1",
            command: "no-such-plugin-here",
            arguments: [],
            environment: [:],
            installHint: "Get it at the cloud's shop.",
            cluster: nil
        )
        let error = await #expect(throws: SlipwayError.self) { try await absent.run() }
        #expect(error?.next == "Get it at the cloud's shop.")
    }
}
