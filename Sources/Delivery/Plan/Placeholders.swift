import Core
import Foundation
import Kubernetes

/// Finds Secret values that nobody ever filled in: applied, they would overwrite the live ones.
package enum Placeholders {
    /// The keys of a Secret's placeholder values.
    package static func keys(in secret: KubernetesObject) -> [String] {
        guard secret.kind == "Secret" else { return [] }
        let plain = (secret["stringData"]?.object ?? [:]).compactMapValues(\.string)
        let encoded = (secret["data"]?.object ?? [:]).compactMapValues { value in
            value.string.flatMap { Data(base64Encoded: $0) }.map { String(decoding: $0, as: UTF8.self) }
        }
        return
            (plain.filter { isPlaceholder($0.value) }.map(\.key) + encoded.filter { isPlaceholder($0.value) }.map(\.key))
            .sorted()
    }

    /// `changeme`, `<your-password>`, `REPLACE_ME`, `xxxx`, `${PASSWORD}`…
    package static func isPlaceholder(_ text: String) -> Bool {
        let word = text.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
        if word.isEmpty { return true }
        if word.wholeMatch(of: /<[^<>]*>|\$\{[^}]*\}|\{\{.*\}\}|x{3,}|\*{3,}|\.{3,}/) != nil { return true }
        let plain = word.filter { $0.isLetter }
        return [
            "changeme", "changethis", "changemeplease", "replaceme", "replacethis", "placeholder", "todo", "fixme",
            "tbd", "dummy", "yourpassword", "yoursecret", "yourtoken", "yourkey", "yourapikey", "yourapikeyhere",
            "yoursecrethere", "yourtokenhere", "yourpasswordhere", "insertsecrethere", "base64encodedvalue",
            "base64encodedsecret", "secrethere", "examplepassword",
        ].contains(plain)
    }
}
