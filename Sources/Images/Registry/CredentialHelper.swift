import Core
import Foundation
import Subprocess

/// A program that keeps credentials, by Docker's protocol: `docker-credential-NAME get`, the address on its input.
struct CredentialHelper: Sendable {
    let name: String

    /// - Throws: `SlipwayError` where the program is missing or fails for another reason than not knowing the address.
    func get(_ address: String) async throws -> RegistryCredential? {
        guard name.wholeMatch(of: /[A-Za-z0-9._-]+/) != nil else {
            throw SlipwayError(.invalidInput, "\"\(name)\" is not the name of a credential helper")
        }
        let program = "docker-credential-\(name)"
        let output: String
        do {
            let result = try await Subprocess.run(
                .name(program),
                arguments: ["get"],
                input: .string(address),
                output: .string(limit: 1 << 20),
                error: .discarded
            )
            output = result.standardOutput
            guard result.terminationStatus.isSuccess else {
                if output.contains("credentials not found") { return nil }
                throw failure(program, output.split(separator: "\n").first.map(String.init))
            }
        } catch let error as SubprocessError {
            throw failure(program, "\(error)")
        }
        let json = try JSON(parsing: output)
        guard let user = json["Username"]?.string, let secret = json["Secret"]?.string else {
            throw failure(program, "Its answer has no Username or no Secret.")
        }
        // "<token>" says that the secret is an identity token.
        return user == "<token>" ? .identityToken(Secret(secret)) : .password(user: user, Secret(secret))
    }

    private func failure(_ program: String, _ why: String?) -> SlipwayError {
        SlipwayError(
            .external,
            "The credential helper \(program) failed",
            why: why,
            next: "Install it, or remove it from Docker's config.json."
        )
    }
}
