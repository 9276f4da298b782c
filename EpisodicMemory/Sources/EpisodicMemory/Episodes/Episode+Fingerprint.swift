import Crypto
import Foundation

extension Episode {
    /// Tells whether a retried capture brings the same episode again. The same whichever database keeps it, so that
    /// it can move from one to the other.
    var fingerprint: Data {
        var text = JSONWriter()
        text.object { write(to: &$0) }
        return Data(SHA256.hash(data: text.bytes))
    }
}
