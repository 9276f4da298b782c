import Core

/// Sets name, tag or digest of an image in every container, whatever kind of object holds it.
struct ImageTransformer {
    let image: KustomizationFile.Image

    func transform(_ json: JSON, found: inout Bool, seen: inout Set<String>) -> JSON {
        switch json {
        case .array(let elements):
            return .array(elements.map { transform($0, found: &found, seen: &seen) })
        case .object(let members):
            var result: [String: JSON] = [:]
            for (key, value) in members {
                if key == "containers" || key == "initContainers", let containers = value.array {
                    result[key] = .array(containers.map { container($0, found: &found, seen: &seen) })
                } else {
                    result[key] = transform(value, found: &found, seen: &seen)
                }
            }
            return .object(result)
        default:
            return json
        }
    }

    private func container(_ json: JSON, found: inout Bool, seen: inout Set<String>) -> JSON {
        guard let reference = json["image"]?.string else { return json }
        let parts = ImageName(reference)
        seen.insert(parts.name)
        guard parts.name == image.name else { return json }
        found = true
        var container = json
        container["image"] = .string(changed(parts).description)
        return container
    }

    private func changed(_ parts: ImageName) -> ImageName {
        var parts = parts
        if let name = image.newName, !name.isEmpty { parts.name = name }
        let tag = image.newTag.flatMap { $0.isEmpty ? nil : $0 }
        let digest = image.digest.flatMap { $0.isEmpty ? nil : $0 }
        if tag != nil || digest != nil {
            // Either replaces both.
            parts.tag = tag
            parts.digest = digest
        }
        return parts
    }
}

/// An image reference taken apart: `registry:5000/name:tag@sha256:…`.
struct ImageName: CustomStringConvertible {
    var name: String
    var tag: String?
    var digest: String?

    init(_ reference: String) {
        var rest = Substring(reference)
        if let at = rest.firstIndex(of: "@") {
            digest = String(rest[rest.index(after: at)...])
            rest = rest[..<at]
        }
        // A colon in front of a slash belongs to the registry's port.
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
            tag = String(rest[rest.index(after: colon)...])
            rest = rest[..<colon]
        }
        name = String(rest)
    }

    var description: String { name + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "") }
}
