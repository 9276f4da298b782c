import Core

/// A short name of a pod template's content, safe in labels and object names.
enum PodTemplateHash {
    /// No vowels and no digits that look like them, so that no words come out (`k8s.io/apimachinery` `rand.SafeEncodeString`).
    private static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")

    /// FNV-1a over the canonical JSON; `collisions` makes another hash for a template whose name was taken.
    static func text(of template: JSON, collisions: Int) -> String {
        var hash: UInt32 = 0x811C_9DC5
        for byte in template.data() + Array(collisions > 0 ? "\(collisions)".utf8 : "".utf8) {
            hash = (hash ^ UInt32(byte)) &* 0x0100_0193
        }
        return String(String(hash).utf8.map { alphabet[Int($0) % alphabet.count] })
    }
}
