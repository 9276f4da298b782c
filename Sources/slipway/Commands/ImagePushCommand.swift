import ArgumentParser
import Core
import Foundation
import Images
import SupplyChain

/// `slipway image push`: sends an image to a registry.
struct ImagePushCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Send an image to a registry.",
        discussion: """
            Blobs go first, then manifests by digest, then signatures, attestations and the scan's verdict, and the tag at
            the very end. A tag is only given to an image that a recorded scan has passed (slipway scan IMAGE --fail-on
            HIGH); without a tag (--by-digest) it may be sent before. Prints the image's name with its digest.
            """
    )

    @Argument(help: "The image here: NAME[:TAG] or NAME@DIGEST.")
    var image: String

    @Argument(help: "Where it goes: REGISTRY/NAME:TAG. May be left out where the image's own name says it.")
    var destination: String?

    @Option(help: "A further tag that it gets there. May be repeated.")
    var tag: [String] = []

    @Flag(help: "Send it under its digest only, without a tag.")
    var byDigest = false

    @Option(help: ArgumentHelp("Give a tag although no scan has passed; the reason is recorded.", valueName: "reason"))
    var withoutScan: String?

    @Option(help: "A repository of the same registry that may have some blobs already. May be repeated.")
    var mountFrom: [String] = []

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var storage: ImageStoreOptions

    func run() async throws {
        let reference = try ImageReference(parsing: destination ?? image, defaultRegistry: "localhost")
        guard reference.registry != "localhost" else {
            throw SlipwayError(
                .invalidInput,
                "\(reference) names no registry",
                next: "Say where it goes: slipway image push \(image) REGISTRY/NAME:TAG"
            )
        }
        let source = try ImageReference(parsing: image, defaultRegistry: "localhost")
        let descriptor = try storage.resolve(image)
        let pinned = reference.pinned(to: descriptor.digest)
        let isTagged = !byDigest && (reference.digest == nil || !tag.isEmpty)
        let tagged = isTagged ? try tags(of: reference) : []
        if isTagged { try gate(descriptor.digest, source) }
        let store = storage.store
        let display = TransferDisplay()
        let result = try await RegistryClient.withClient(try registry.options(for: reference.registry)) { client in
            var result = try await client.push(
                descriptor,
                from: store,
                to: pinned,
                mountingFrom: mountFrom,
                progress: display.observer
            )
            // Everything is there and nothing can be missing any more: now the names.
            for name in tagged { result.add(try await client.tag(descriptor, from: store, as: name)) }
            return result
        }
        let summary =
            "\(result.uploaded) blobs sent (\(ByteCount.text(result.bytes))), \(result.mounted) mounted, "
            + "\(result.present) were there"
        FileHandle.standardError.write(Data((summary + "\n").utf8))
        print(pinned)
    }

    private func tags(of reference: ImageReference) throws -> [ImageReference] {
        let own = reference.digest == nil ? reference.effectiveTag.map { [$0] } ?? [] : []
        return try (own + tag).map { try reference.tagged($0) }
    }

    private func gate(_ digest: Digest, _ source: ImageReference) throws {
        var waiver: ScanVerdict.Waiver?
        if let withoutScan {
            guard !withoutScan.allSatisfy(\.isWhitespace) else {
                throw SlipwayError(.invalidInput, "--without-scan needs a reason")
            }
            waiver = ScanVerdict.Waiver(reason: withoutScan, by: Terminal.userName)
        }
        try PublishGate(store: storage.store).check(
            digest,
            name: source.name,
            waiver: waiver,
            toolVersion: slipwayVersion,
            now: .now
        )
    }
}
