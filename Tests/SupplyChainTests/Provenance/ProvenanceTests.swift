import Core
import Foundation
import Images
import ImagesTestSupport
import Testing

@testable import SupplyChain

/// Keys that openssl made, signatures that openssl verifies.
@Suite(.enabled(if: Tool.has("openssl"), "openssl is not installed"))
struct ProvenanceTests {
    let folder: TemporaryFolder
    let store: ImageStore
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    init() throws {
        folder = try TemporaryFolder()
        store = ImageStore(directory: folder.path("layout"))
    }

    enum KeyKind: String, CaseIterable, Sendable { case p256, sec1, ed25519 }

    private func openssl(_ arguments: String...) async throws {
        let outcome = try await Tool.run("openssl", arguments, in: folder.url)
        try #require(outcome.succeeded, "\(arguments): \(outcome.error)")
    }

    /// A private and a public key file.
    private func keys(_ kind: KeyKind, _ name: String = "key") async throws -> (secret: String, open: String) {
        let (secret, open) = ("\(name).pem", "\(name).pub")
        switch kind {
        case .p256:
            try await openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", secret)
        case .sec1: try await openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", secret)
        case .ed25519: try await openssl("genpkey", "-algorithm", "ed25519", "-out", secret)
        }
        try await openssl("pkey", "-in", secret, "-pubout", "-out", open)
        return (folder.path(secret).path, folder.path(open).path)
    }

    private func image(_ text: String = "hello", source: String? = "https://github.com/team/api") throws -> Digest {
        let plain = try store.storeImage([try LayerFixture.layer(.file("a", text)).tar()])
        var manifest = try store.manifest(plain.digest)
        manifest.annotations[ImageLabels.source] = source
        manifest.annotations[ImageLabels.revision] = "0123456789abcdef0123456789abcdef01234567"
        return try store.write(manifest).digest
    }

    private func provenance(_ image: Digest, _ finished: Date = ProvenanceTests.now) throws -> BuildProvenance {
        BuildProvenance(
            of: try store.manifest(image),
            environment: [:],
            builder: "https://ci.example",
            finished: finished
        )
    }

    private func verdict(passes: Bool = true, failOn: String? = "HIGH", _ date: Date = ProvenanceTests.now)
        -> ScanVerdict
    {
        var verdict = ScanVerdict(waiver: .init(reason: "", by: ""), toolVersion: "1", at: date)
        verdict.waiver = nil
        verdict.passes = passes
        verdict.failOn = failOn
        return verdict
    }

    @Test(arguments: KeyKind.allCases)
    func opensslVerifiesWhatIsSigned(kind: KeyKind) async throws {
        let keys = try await keys(kind)
        let image = try image()
        let attestor = Attestor(store: store, key: try SigningKey(at: keys.secret))
        try attestor.attest(image, name: "ghcr.io/team/api", provenance: try provenance(image))
        let evidence = try ImageEvidence(of: image, in: store)
        let envelope = try #require(evidence.envelopes.first)
        try SignedEnvelope.message(envelope.payload, envelope.payloadType).write(to: folder.path("message"))
        try envelope.signatures[0].bytes.write(to: folder.path("signature"))
        if kind == .ed25519 {
            try await openssl(
                "pkeyutl",
                "-verify",
                "-pubin",
                "-inkey",
                keys.open,
                "-rawin",
                "-in",
                "message",
                "-sigfile",
                "signature"
            )
        } else {
            try await openssl("dgst", "-sha256", "-verify", keys.open, "-signature", "signature", "message")
            let claim = try #require(evidence.claims.first)
            try claim.payload.write(to: folder.path("claim"))
            try claim.signature.write(to: folder.path("claim.sig"))
            try await openssl("dgst", "-sha256", "-verify", keys.open, "-signature", "claim.sig", "claim")
        }
        for key in [keys.open, keys.secret] {
            let policy = VerificationPolicy(
                keys: [try VerificationKey(at: key)],
                repository: "https://GitHub.com/team/api.git/"
            )
            let verified = try ImageVerifier(policy: policy, now: Self.now).verify(evidence)
            #expect(verified.repository == "https://github.com/team/api" && verified.builder == "https://ci.example")
        }
    }

    @Test func weVerifyWhatOpensslSigned() async throws {
        let keys = try await keys(.p256)
        let image = try image()
        let statement = Statement(
            subjects: [.init(name: "x", digest: image)],
            predicateType: BuildProvenance.predicateType,
            predicate: try provenance(image).predicate
        )
        let payload = statement.json.data()
        try SignedEnvelope.message(payload, Statement.payloadType).write(to: folder.path("message"))
        try await openssl("dgst", "-sha256", "-sign", keys.secret, "-out", "signature", "message")
        let envelope: JSON = [
            "payloadType": .string(Statement.payloadType), "payload": .string(payload.base64EncodedString()),
            "signatures": [["sig": .string(try Data(contentsOf: folder.path("signature")).base64EncodedString())]],
        ]
        try Attachment(
            artifactType: SignedEnvelope.mediaType,
            contents: envelope.data(),
            mediaType: SignedEnvelope.mediaType
        ).attach(to: image, in: store)
        let policy = VerificationPolicy(keys: [try VerificationKey(at: keys.open)], maximumAge: 60)
        let verified = try ImageVerifier(policy: policy, now: Self.now).verify(try ImageEvidence(of: image, in: store))
        #expect(verified.commit?.hasPrefix("0123456") == true)
    }

    @Test func statesProvenanceAsSLSADefinesIt() async throws {
        let image = try image()
        var provenance = try provenance(image)
        provenance.ref = "refs/heads/main"
        let predicate = provenance.predicate
        let definition = try #require(predicate["buildDefinition"])
        #expect(definition["buildType"]?.string?.hasPrefix("https://") == true)
        #expect(
            definition[path: "externalParameters", "source", "uri"]?.string
                == "git+https://github.com/team/api@refs/heads/main"
        )
        #expect(definition["resolvedDependencies"]?.array?.count == 1)
        #expect(predicate[path: "runDetails", "builder", "id"]?.string == "https://ci.example")
        #expect(ProvenanceFacts(predicate).repository == "https://github.com/team/api")
    }

    @Test func everythingThatIsAskedForMustBeProven() async throws {
        let keys = try await keys(.ed25519)
        let other = try await self.keys(.ed25519, "other")
        let image = try image()
        let mine = try VerificationKey(at: keys.open)
        func verify(_ policy: VerificationPolicy, now: Date = Self.now, _ image: Digest) throws -> VerifiedImage {
            try ImageVerifier(policy: policy, now: now).verify(try ImageEvidence(of: image, in: store))
        }
        func refusal(_ policy: VerificationPolicy, now: Date = Self.now) -> String? {
            do {
                _ = try verify(policy, now: now, image)
                return nil
            } catch let error as SlipwayError {
                #expect(error.exitCode == .failure)
                return error.why
            } catch {
                return "\(error)"
            }
        }
        #expect(refusal(.init(keys: [mine]))?.contains("Nothing is signed") == true)
        let attestor = Attestor(store: store, key: try SigningKey(at: keys.secret))
        try attestor.attest(image, name: "x", provenance: try provenance(image))
        #expect(refusal(.init(keys: [mine])) == nil)
        #expect(refusal(.init(keys: [try VerificationKey(at: other.open)]))?.contains("other keys") == true)
        #expect(refusal(.init(keys: [mine], repository: "https://github.com/evil/api"))?.contains("not from") == true)
        #expect(refusal(.init(keys: [mine], maximumAge: 3600)) == nil)
        #expect(refusal(.init(keys: [mine], maximumAge: 3600), now: Self.now + 3601)?.contains("built on") == true)
        #expect(refusal(.init(keys: [mine], maximumAge: 3600), now: Self.now - 3600)?.contains("built on") == true)
        #expect(refusal(.init(keys: [mine], needsScan: true))?.contains("No signed scan") == true)

        try verdict(passes: false).record(for: image, in: store)
        try attestor.attest(image, name: "x", provenance: try provenance(image))
        #expect(refusal(.init(keys: [mine], needsScan: true))?.contains("did not pass") == true)
        try verdict(failOn: nil).record(for: image, in: store)
        try attestor.attest(image, name: "x", provenance: try provenance(image))
        #expect(refusal(.init(keys: [mine], needsScan: true))?.contains("could not fail") == true)
        try verdict().record(for: image, in: store)
        #expect(refusal(.init(keys: [mine], needsScan: true)) != nil, "a verdict that is not signed proves nothing")
        try attestor.attest(image, name: "x", provenance: try provenance(image))
        #expect(refusal(.init(keys: [mine], needsScan: true)) == nil)
        #expect(refusal(.init(keys: [mine], maximumScanAge: 60), now: Self.now + 61)?.contains("scanned on") == true)
    }

    @Test func signaturesOfAnotherImageProveNothing() async throws {
        let keys = try await keys(.p256)
        let (good, evil) = (try image("good"), try image("evil"))
        let attestor = Attestor(store: store, key: try SigningKey(at: keys.secret))
        try attestor.attest(good, name: "x", provenance: try provenance(good))
        // Somebody hangs the good image's attestations on the other one.
        for attachment in try store.attachments(of: good) {
            var manifest = try ImageManifest(parsing: store.document(attachment.digest))
            manifest.subject = try store.descriptor(of: evil)
            try store.attach(manifest, to: evil)
        }
        let policy = VerificationPolicy(keys: [try VerificationKey(at: keys.open)])
        #expect(throws: SlipwayError.self) {
            try ImageVerifier(policy: policy, now: Self.now).verify(try ImageEvidence(of: evil, in: store))
        }
    }

    @Test func aChangedPayloadIsNotSigned() async throws {
        let keys = try await keys(.p256)
        let key = try SigningKey(at: keys.secret)
        let envelope = try SignedEnvelope(signing: Data("payload".utf8), type: "text/plain", with: key)
        #expect(envelope.signer(among: [key.verificationKey]) != nil)
        for change in ["payload", "payloadType"] {
            var json = envelope.json
            json[change] = .string(change == "payload" ? Data("Payload".utf8).base64EncodedString() : "text/html")
            #expect(try SignedEnvelope(parsing: json.data()).signer(among: [key.verificationKey]) == nil)
        }
    }

    @Test func refusesOtherKeys() async throws {
        try await openssl("genpkey", "-algorithm", "RSA", "-out", "rsa.pem")
        try await openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", "p384.pem")
        try await openssl("genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:x", "-out", "locked.pem")
        try folder.write("nonsense", to: "nonsense.pem")
        for name in ["rsa.pem", "p384.pem", "locked.pem", "nonsense.pem", "missing.pem"] {
            let error = #expect(throws: SlipwayError.self) { try SigningKey(at: folder.path(name).path) }
            #expect(error?.exitCode == .invalidInput)
            #expect(throws: SlipwayError.self) { try VerificationKey(at: folder.path(name).path) }
        }
        let keys = try await keys(.ed25519)
        let text = try String(contentsOfFile: keys.secret, encoding: .utf8)
        #expect(throws: Never.self) { try SigningKey(at: "env://KEY", environment: ["KEY": text]) }
        #expect(throws: SlipwayError.self) { try SigningKey(at: "env://KEY") }
    }

    @Test(.enabled(if: RealRegistry.isInstalled, "docker-registry is not installed"))
    func signaturesTravelToARegistryAndBack() async throws {
        let registry = try await RealRegistry()
        let keys = try await keys(.p256)
        let image = try image()
        try verdict().record(for: image, in: store)
        try Attestor(store: store, key: try SigningKey(at: keys.secret))
            .attest(image, name: "\(registry.host)/team/api", provenance: try provenance(image))
        let reference = try ImageReference(parsing: "\(registry.host)/team/api:1")
        let descriptor = try #require(try store.descriptor(of: image))
        let (evidence, tags) = try await RegistryClient.withClient { client in
            _ = try await client.push(descriptor, from: store, to: reference)
            let elsewhere = ImageStore(directory: folder.path("elsewhere"))
            let evidence = try await ImageEvidence(of: image, at: reference, client: client, store: elsewhere)
            return (evidence, try await client.tags(of: reference))
        }
        #expect(evidence.envelopes.count == 2 && evidence.claims.count == 1)
        #expect(Set(tags).isSuperset(of: ["1", "sha256-\(image.hex).att", "sha256-\(image.hex).sig"]))
        let policy = VerificationPolicy(keys: [try VerificationKey(at: keys.open)], needsScan: true, maximumAge: 60)
        let verified = try ImageVerifier(policy: policy, now: Self.now).verify(evidence)
        #expect(verified.scanned == Self.now)
    }

    // MARK: Publishing

    private func isOpen(_ digest: Digest, waiver: ScanVerdict.Waiver? = nil) -> Bool {
        do {
            try PublishGate(store: store)
                .check(digest, name: "localhost/x", waiver: waiver, toolVersion: "1", now: Self.now)
            return true
        } catch {
            return false
        }
    }

    @Test func onlyAPassingScanOrADecisionLetsAnImageOut() throws {
        let image = try image()
        #expect(!isOpen(image), "never scanned")
        try verdict(passes: false).record(for: image, in: store)
        #expect(!isOpen(image))
        try verdict(failOn: nil).record(for: image, in: store)
        #expect(!isOpen(image), "a scan that cannot fail")
        let waiver = ScanVerdict.Waiver(reason: "a rehearsal", by: "alice")
        #expect(isOpen(image, waiver: waiver))
        let recorded = try ScanVerdict.recorded(for: image, in: store)
        #expect(recorded?.waiver == waiver)
        #expect(!isOpen(image), "the decision was for once")
        try verdict().record(for: image, in: store)
        #expect(isOpen(image))
        #expect(try store.attachments(of: image).count == 1, "the newest verdict only")
        let other = try self.image("other")
        let index = try store.write(
            ImageIndex(manifests: [
                try #require(try store.descriptor(of: image)), try #require(try store.descriptor(of: other)),
            ])
        )
        #expect(!isOpen(index.digest), "one of two was never scanned")
        try verdict().record(for: other, in: store)
        #expect(isOpen(index.digest))
    }
}
