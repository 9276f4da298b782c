import Core
import Foundation
import Images

/// Signs what is known of an image and keeps it beside the image, from where a push takes it along.
package struct Attestor: Sendable {
    private let store: ImageStore
    private let key: SigningKey

    package init(store: ImageStore, key: SigningKey) {
        self.store = store
        self.key = key
    }

    /// Signs the image, its provenance and, where there is one, its scan's verdict.
    ///
    /// Everything is there twice: as referrers, and under the tags where cosign looks. Doing it again replaces it.
    ///
    /// - Parameters:
    ///   - image: The manifest or index.
    ///   - name: Its name without tag: what the signature says it is.
    ///   - provenance: How it was built.
    /// - Returns: The statements that were signed.
    /// - Throws: `SlipwayError` where the image is not in the store.
    @discardableResult
    package func attest(_ image: Digest, name: String, provenance: BuildProvenance) throws -> [Statement] {
        let subject = Statement.Subject(name: name, digest: image)
        var statements = [
            Statement(
                subjects: [subject],
                predicateType: BuildProvenance.predicateType,
                predicate: provenance.predicate
            )
        ]
        if let verdict = try verdict(for: image) {
            statements.append(
                Statement(
                    subjects: [subject],
                    predicateType: ScanVerdict.predicateType,
                    predicate: verdict.predicate
                )
            )
        }
        try store.detach(artifactType: SignedEnvelope.mediaType, from: image)
        var entries: [(contents: Data, mediaType: String, annotations: [String: String])] = []
        for statement in statements {
            let envelope = try statement.signed(with: key).json.data()
            try Attachment(
                artifactType: SignedEnvelope.mediaType,
                contents: envelope,
                mediaType: SignedEnvelope.mediaType,
                annotations: ["in-toto.io/predicate-type": statement.predicateType]
            ).attach(to: image, in: store)
            let annotations = [
                CosignLayout.signatureAnnotation: "", "predicateType": statement.predicateType,
            ]
            entries.append((envelope, SignedEnvelope.mediaType, annotations))
        }
        try CosignLayout.write(entries, for: image, suffix: "att", in: store)
        let claim = ImageClaim(name: name, digest: image).json.data()
        let signature = try key.sign(claim).base64EncodedString()
        let signed = [(claim, CosignLayout.signatureType, [CosignLayout.signatureAnnotation: signature])]
        try CosignLayout.write(signed, for: image, suffix: "sig", in: store)
        return statements
    }

    /// The image's verdict; of an index, the worst of its images', and none where one of them was never scanned.
    private func verdict(for image: Digest) throws -> ScanVerdict? {
        if let own = try ScanVerdict.recorded(for: image, in: store) { return own }
        let children = try store.manifests(of: image).filter { $0 != image }
        let verdicts = try children.compactMap { try ScanVerdict.recorded(for: $0, in: store) }
        guard verdicts.count == children.count else { return nil }
        return verdicts.first { !$0.isProof } ?? verdicts.min { $0.finished < $1.finished }
    }
}

/// What a signature in cosign's layout says ("simple signing"): this digest is that image.
struct ImageClaim {
    let name: String
    let digest: Digest

    var json: JSON {
        [
            "critical": [
                "identity": ["docker-reference": .string(name)],
                "image": ["docker-manifest-digest": .string(digest.description)],
                "type": "cosign container image signature",
            ],
            "optional": .null,
        ]
    }

    init(name: String, digest: Digest) {
        self.name = name
        self.digest = digest
    }

    init(parsing data: Data) throws {
        let critical = try JSON(parsing: data)["critical"]
        guard critical?["type"]?.string == "cosign container image signature",
            let digest = critical?[path: "image", "docker-manifest-digest"]?.string
        else { throw SlipwayError(.invalidInput, "Not a signature in cosign's layout") }
        name = critical?[path: "identity", "docker-reference"]?.string ?? ""
        self.digest = try Digest(parsing: digest)
    }
}
