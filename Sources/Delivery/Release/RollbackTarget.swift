import Core

/// What `--to` names: a revision of the Deployment (`3`), a release (`release-7`), or a release's id.
package enum RollbackTarget: Sendable, Hashable {
    case revision(Int)
    case release(Int)
    case id(String)

    package init?(_ text: String) {
        if let number = Int(text) {
            guard number > 0 else { return nil }
            self = .revision(number)
        } else if text.hasPrefix("release-") {
            guard let number = Int(text.dropFirst("release-".count)), number > 0 else { return nil }
            self = .release(number)
        } else if text.count >= 6, text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) {
            self = .id(text)
        } else {
            return nil
        }
    }
}
