import ArgumentParser
import Core
import Foundation
import Images

/// How a command talks to registries.
struct RegistryOptions: ParsableArguments {
    @Option(help: "The account's name; without it, Docker's configuration or DOCKER_USERNAME is used.")
    var username: String?

    @Flag(help: "Read the password from the standard input.")
    var passwordStdin = false

    @Flag(help: "Talk to the registry without encryption (on this machine itself that needs no flag).")
    var plainHTTP = false

    /// The client's options; name and password are for `registry`, and no other registry of the command gets them.
    func options(for registry: String) throws -> RegistryClient.Options {
        var options = RegistryClient.Options()
        options.plainHTTP = plainHTTP
        guard username != nil || passwordStdin else { return options }
        guard let username, passwordStdin, let password = readLine(strippingNewline: true), !password.isEmpty else {
            throw SlipwayError(
                .invalidInput,
                "--username and --password-stdin belong together",
                next: "echo \"$PASSWORD\" | slipway … --username NAME --password-stdin"
            )
        }
        let credential = RegistryCredential.password(user: username, Secret(password))
        options.credentials = RegistryCredentials(explicit: (registry, credential))
        return options
    }
}
