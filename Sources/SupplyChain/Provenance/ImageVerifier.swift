import Core
import Foundation
import Images

/// What must be proven of an image.
package struct VerificationPolicy: Sendable {
    /// Any of these must have signed.
    package var keys: [VerificationKey]
    /// The repository that it must be built from.
    package var repository: String?
    /// Whether a signed scan must have found it good.
    package var needsScan: Bool
    /// Seconds since it was built.
    package var maximumAge: TimeInterval?
    /// Seconds since it was scanned.
    package var maximumScanAge: TimeInterval?

    package init(
        keys: [VerificationKey],
        repository: String? = nil,
        needsScan: Bool = false,
        maximumAge: TimeInterval? = nil,
        maximumScanAge: TimeInterval? = nil
    ) {
        self.keys = keys
        self.repository = repository
        self.needsScan = needsScan || maximumScanAge != nil
        self.maximumAge = maximumAge
        self.maximumScanAge = maximumScanAge
    }

    var needsProvenance: Bool { repository != nil || maximumAge != nil }
}

/// What was proven.
package struct VerifiedImage: Sendable, Hashable {
    package var image: Digest
    /// The identifier of the key that signed.
    package var key: String
    package var repository: String?
    package var commit: String?
    package var builder: String?
    package var built: Date?
    package var scanned: Date?

    package var lines: [String] {
        var lines = ["\(image) is signed by key \(key.prefix(16))"]
        if let repository { lines.append("built from \(repository)" + (commit.map { " at \($0.prefix(12))" } ?? "")) }
        if let builder { lines.append("built by \(builder)") }
        if let built { lines.append("built on \(built.formatted(.iso8601))") }
        if let scanned { lines.append("scanned and found good on \(scanned.formatted(.iso8601))") }
        return lines
    }
}

/// Holds what is signed about an image against a policy.
package struct ImageVerifier: Sendable {
    private let policy: VerificationPolicy
    private let now: Date

    package init(policy: VerificationPolicy, now: Date) {
        self.policy = policy
        self.now = now
    }

    /// - Throws: `SlipwayError` (`.failure`) that says what is not proven.
    package func verify(_ evidence: ImageEvidence) throws -> VerifiedImage {
        let image = evidence.image
        guard !evidence.envelopes.isEmpty || !evidence.claims.isEmpty else {
            throw refusal(image, "Nothing is signed about it.", next: "Sign it: slipway attest IMAGE --key KEY")
        }
        let statements = evidence.envelopes.compactMap { envelope -> (Statement, VerificationKey)? in
            guard envelope.payloadType == Statement.payloadType, let key = envelope.signer(among: policy.keys),
                let statement = try? Statement(parsing: envelope.payload),
                statement.subjects.contains(where: { $0.digest == image })
            else { return nil }
            return (statement, key)
        }
        let signers = statements.map(\.1) + claimSigners(evidence)
        guard let signer = signers.first else {
            throw refusal(image, "What is signed about it is by other keys, or about other images.")
        }
        var verified = VerifiedImage(image: image, key: signer.identifier)
        let provenances = statements.filter { $0.0.predicateType == BuildProvenance.predicateType }
        try check(provenances.map { ProvenanceFacts($0.0.predicate) }, into: &verified)
        let scans = statements.filter { $0.0.predicateType == ScanVerdict.predicateType }
        try check(scans.compactMap { try? ScanVerdict(predicate: $0.0.predicate) }, into: &verified)
        return verified
    }

    private func claimSigners(_ evidence: ImageEvidence) -> [VerificationKey] {
        evidence.claims.compactMap { payload, signature in
            guard let key = policy.keys.first(where: { $0.verifies(signature, of: payload) }),
                let claim = try? ImageClaim(parsing: payload), claim.digest == evidence.image
            else { return nil }
            return key
        }
    }

    /// One provenance must satisfy all that is asked of it; the newest such is reported.
    private func check(_ provenances: [ProvenanceFacts], into verified: inout VerifiedImage) throws {
        var complaint = "No signed provenance says how it was built."
        let fitting = provenances.filter { facts in
            if let wanted = policy.repository.map(ProvenanceFacts.normalized), facts.repository != wanted {
                complaint = "It was built from \(facts.repository ?? "an unknown repository"), not from \(wanted)."
                return false
            }
            if let age = policy.maximumAge {
                guard let built = facts.finished, isFresh(built, age) else {
                    let when = facts.finished?.formatted(.iso8601) ?? "at an unknown time"
                    complaint = "It was built on \(when), and may be \(Self.text(age)) old."
                    return false
                }
            }
            return true
        }
        let newest = fitting.max { ($0.finished ?? .distantPast) < ($1.finished ?? .distantPast) }
        guard let newest else {
            if policy.needsProvenance { throw refusal(verified.image, complaint) }
            return
        }
        verified.repository = newest.repository
        verified.commit = newest.commit
        verified.builder = newest.builder
        verified.built = newest.finished
    }

    /// The newest scan counts: what a later one found is not undone by an earlier one.
    private func check(_ verdicts: [ScanVerdict], into verified: inout VerifiedImage) throws {
        let newest = verdicts.max { $0.finished < $1.finished }
        if let newest, newest.isProof { verified.scanned = newest.finished }
        guard policy.needsScan else { return }
        guard let newest else { throw refusal(verified.image, "No signed scan says what is in it.") }
        guard newest.isProof else {
            let why =
                newest.waiver.map { "It was published without a passing scan by \($0.by): \($0.reason)." }
                ?? (newest.passes ? "Its scan could not fail (--fail-on was not given)." : "Its scan did not pass.")
            throw refusal(verified.image, why)
        }
        if let age = policy.maximumScanAge, !isFresh(newest.finished, age) {
            let when = newest.finished.formatted(.iso8601)
            throw refusal(verified.image, "It was scanned on \(when), and that may be \(Self.text(age)) ago.")
        }
    }

    /// A time in the future is as wrong as one too long ago; five minutes are left for clocks that differ.
    private func isFresh(_ date: Date, _ age: TimeInterval) -> Bool {
        let elapsed = now.timeIntervalSince(date)
        return elapsed <= age && elapsed >= -300
    }

    private static func text(_ seconds: TimeInterval) -> String {
        seconds >= 86_400 ? "\(Int(seconds / 86_400)) days" : "\(Int(seconds)) seconds"
    }

    private func refusal(_ image: Digest, _ why: String, next: String? = nil) -> SlipwayError {
        SlipwayError(.failure, "The image \(image) is not verified", why: why, next: next)
    }
}
