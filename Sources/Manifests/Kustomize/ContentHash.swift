import Core
import Crypto
import Foundation
import Kubernetes

/// The suffix that a generated object's name gets, exactly as kustomize computes it (`api/hasher`).
enum ContentHash {
    static func append(to resource: inout Resource) throws {
        guard resource.needsHash else { return }
        resource.rename(name: "\(resource.object.name)-\(suffix(for: resource.object))")
    }

    static func suffix(for object: KubernetesObject) -> String {
        // kustomize means to hash the name too and looks it up in the wrong place: it is always the empty string, as
        // is every part that is missing.
        var content: [String: JSON] = ["kind": .string(object.kind), "name": "", "data": object["data"] ?? ""]
        if object.kind == "Secret" {
            content["type"] = object["type"] ?? ""
            if let data = object["stringData"], data.object != nil { content["stringData"] = data }
        } else if let data = object["binaryData"], data.object != nil {
            content["binaryData"] = data
        }
        let text = escapedAsInGo(JSON.object(content).text())
        let hex = SHA256.hash(data: Data(text.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        // No vowels and no look-alikes, so that no words come of it.
        let letters: [Character: Character] = ["0": "g", "1": "h", "3": "k", "a": "m", "e": "t"]
        return String(hex.prefix(10).map { letters[$0] ?? $0 })
    }

    /// Go's JSON encoder escapes what could be mistaken for HTML.
    private static func escapedAsInGo(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result += "\\u003c"
            case ">": result += "\\u003e"
            case "&": result += "\\u0026"
            case "\u{2028}": result += "\\u2028"
            case "\u{2029}": result += "\\u2029"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
