import Core
import Foundation

/// What must be proven of an image before it may be released to an environment (`admission` in slipway.yml).
package struct AdmissionRule: Sendable, Hashable {
    /// Files with public keys, relative to the file's folder; any of them may have signed.
    package var keys: [LocatedText]
    /// The repository that it must be built from; nil: any.
    package var repository: String?
    /// Whether a signed scan must have found it good.
    package var scan: Bool
    /// The longest time since it was built; nil: any.
    package var maximumAge: TimeInterval?
    /// The longest time since it was scanned; nil: any.
    package var maximumScanAge: TimeInterval?
}

/// Decides whether an image may be released; who knows signatures and attestations implements it.
package protocol AdmissionPolicy: Sendable {
    /// Lets an image in, or throws.
    ///
    /// - Parameters:
    ///   - reference: The image, pinned to its digest.
    ///   - rule: What must be proven.
    ///   - folder: The folder that the rule's key files are relative to.
    /// - Returns: What was proven, for the release's record.
    /// - Throws: `SlipwayError` (`.failure`) that says what is not proven.
    func admit(_ reference: String, by rule: AdmissionRule, folder: URL) async throws -> [String]
}
