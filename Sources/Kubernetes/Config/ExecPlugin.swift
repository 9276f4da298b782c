import Core
import Foundation
import Subprocess
import SystemPackage

/// A program that prints credentials, as cloud providers' tools do.
package struct ExecPlugin: Sendable {
    static let supportedVersions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]
    /// A plugin may have to ask an identity provider over the network, but not for ever.
    private static let timeout = Duration.seconds(60)
    private static let outputLimit = 1 << 20

    let apiVersion: String
    let command: String
    let arguments: [String]
    let environment: [String: String]
    /// What the kubeconfig's author tells those who lack the program.
    let installHint: String?
    let cluster: JSON?

    struct Output: Sendable {
        let credentials: ClusterCredentials
        /// Nil where they hold until the server refuses them.
        let expires: Date?
    }

    /// - Throws: `SlipwayError` where the program is missing, fails, hangs or prints something else.
    func run() async throws -> Output {
        let printed: String
        do {
            printed = try await withDeadline(Self.timeout, clock: ContinuousClock()) { try await output() }
        } catch is DeadlineExceeded {
            throw failure("It did not answer within \(Self.timeout)")
        } catch let error as SubprocessError {
            throw failure("It could not be run: \(error)")
        }
        return try parse(printed)
    }

    private func output() async throws -> String {
        var spec: [String: JSON] = ["interactive": false]
        spec["cluster"] = cluster
        let info: JSON = ["apiVersion": .string(apiVersion), "kind": "ExecCredential", "spec": .object(spec)]
        var changes: [Environment.Key: String?] = ["KUBERNETES_EXEC_INFO": info.text()]
        for (name, value) in environment { changes[Environment.Key(stringLiteral: name)] = value }
        let result = try await Subprocess.run(
            command.contains("/") ? .path(FilePath(command)) : .name(command),
            arguments: Arguments(arguments),
            environment: .inherit.updating(changes),
            input: .none,
            output: .string(limit: Self.outputLimit),
            error: .string(limit: Self.outputLimit)
        )
        guard result.terminationStatus.isSuccess else {
            // What it says on stderr may quote anything; its first line is enough to go on.
            let said = result.standardError.split(separator: "\n").first.map { ": \($0.prefix(300))" } ?? ""
            throw failure("It ended with \(result.terminationStatus)\(said)")
        }
        return result.standardOutput
    }

    func parse(_ text: String) throws -> Output {
        guard let json = try? JSON(parsing: text), json["kind"]?.string == "ExecCredential",
            let status = json["status"]
        else { throw failure("It printed no ExecCredential") }
        guard json["apiVersion"]?.string == apiVersion else {
            throw failure("It answered in \(json["apiVersion"]?.string ?? "no version"), not in \(apiVersion)")
        }
        let expires = KubernetesTime.parse(status["expirationTimestamp"]?.string)
        if let chain = status["clientCertificateData"]?.string, let key = status["clientKeyData"]?.string {
            let certificate = ClientCertificate(chain: Data(chain.utf8), key: Secret(key))
            return Output(credentials: .clientCertificate(certificate), expires: expires)
        }
        guard let token = status["token"]?.string, !token.isEmpty else {
            throw failure("Its ExecCredential holds neither a token nor a client certificate with its key")
        }
        return Output(credentials: .token(Secret(token)), expires: expires)
    }

    private func failure(_ why: String) -> SlipwayError {
        SlipwayError(
            .external,
            "The kubeconfig's credential plugin \(command) gave no credentials",
            why: why,
            next: installHint ?? "Run it by hand as the kubeconfig says, or use a service account's token."
        )
    }
}
