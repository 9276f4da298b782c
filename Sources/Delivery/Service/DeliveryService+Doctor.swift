import Core
import Foundation
import Kubernetes

extension DeliveryService {
    /// Everything that a release to the environment needs, and what ails what runs there.
    package func examine() async -> [Finding] {
        var findings: [Finding] = []
        do {
            let connection = try clusters.connection(environment)
            findings += CredentialCheck(environment: environment, now: Date()).findings(connection)
        } catch let error as SlipwayError {
            return [.problem("credentials", error)]
        } catch {
            return [
                .problem(
                    "credentials",
                    "the kubeconfig cannot be read: \(error)",
                    fix:
                        "It must be a kubeconfig, plain or in base64: kubectl config view --minify --flatten | base64 -w0"
                )
            ]
        }
        do {
            findings += try await inCluster { context in
                await Doctor(context: context).examine { try await request(DeployOptions()) }
            }
        } catch let error as SlipwayError {
            findings.append(.problem("cluster", error))
        } catch {
            findings.append(.problem("cluster", "\(error)"))
        }
        return findings
    }
}
