import Core
import Crypto
import Foundation

/// What is saved before a release's first change (`backup` of `slipway.yml`).
package struct BackupSettings: Sendable, Hashable {
    /// A command that writes the service's own data to `$SLIPWAY_BACKUP_FILE`, or saves it elsewhere.
    package var run: String?
    /// A command that puts back what it finds in `$SLIPWAY_BACKUP_FILE`.
    package var restore: String?
    /// Seconds for each of the two.
    package var timeout: TimeInterval = 300
    /// Where back-ups are kept, relative to the file's folder; nil: `backups` among Slipway's state.
    package var directory: String?
    /// The environment variable with the key: 32 bytes in base64.
    package var keyVariable: String?
    /// Seconds for which they are kept.
    package var keep: TimeInterval = 90 * 86_400

    package init() {}

    /// The key back-ups are sealed with; nil where none is configured.
    ///
    /// - Throws: `SlipwayError` (`.invalidInput`) where one is configured and not there: to go on without would save in
    ///   the clear what was meant to be sealed.
    func key(_ variables: [String: String]) throws -> SymmetricKey? {
        guard let keyVariable else { return nil }
        guard let text = variables[keyVariable], let data = Data(base64Encoded: text), data.count == 32 else {
            throw SlipwayError(
                .invalidInput,
                "The key for back-ups is not there",
                why: "\(keyVariable) must hold 32 bytes in base64",
                next: "Make one, and keep it apart from the back-ups: openssl rand -base64 32"
            )
        }
        return SymmetricKey(data: data)
    }
}
