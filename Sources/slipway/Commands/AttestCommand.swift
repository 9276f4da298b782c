import ArgumentParser
import Core
import Foundation
import Images
import SupplyChain

/// `slipway attest`: signs an image and what is known of it.
struct AttestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attest",
        abstract: "Sign an image, how it was built (SLSA provenance) and what its scan said.",
        discussion: """
            What is signed is kept beside the image, as referrers and in cosign's layout, and goes with it when it is
            pushed: attest after `scan` and before `push`. A key is made with openssl:
              openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out release.key
              openssl pkey -in release.key -pubout -out release.pub
            """
    )

    @Argument(help: "The image: NAME[:TAG] or NAME@DIGEST.")
    var image: String

    @Option(help: "The private key in PEM (ECDSA P-256 or Ed25519): a file, or env://VARIABLE.", completion: .file())
    var key: String

    @Option(help: "The name that the signature is for, where it is not the image's own: REGISTRY/NAME.")
    var name: String?

    @Option(help: "Who built it, as a URI (default: the run's workflow, else this machine).")
    var builder: String?

    @OptionGroup var storage: ImageStoreOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let signingKey = try SigningKey(at: key, environment: environment)
        let reference = try ImageReference(parsing: name ?? image, defaultRegistry: "localhost")
        let store = storage.store
        let digest = try storage.resolve(image).digest
        let first = try store.manifests(of: digest).first { try JSON(parsing: store.document($0))["manifests"] == nil }
        let provenance = BuildProvenance(
            of: try ImageManifest(parsing: store.document(first ?? digest)),
            environment: environment,
            builder: builder,
            finished: .now
        )
        let statements = try Attestor(store: store, key: signingKey)
            .attest(digest, name: reference.name, provenance: provenance)
        for statement in statements { print("signed \(statement.predicateType) of \(digest)") }
        print("key \(signingKey.verificationKey.identifier)")
    }
}
