import Core

/// A typed link to content: what it is, its digest and its size (OCI image specification, descriptor.md).
package struct Descriptor: Sendable, Hashable {
    package var mediaType: String
    package var digest: Digest
    /// In bytes.
    package var size: Int64
    package var platform: Platform?
    package var annotations: [String: String]
    package var artifactType: String?

    package init(
        mediaType: String,
        digest: Digest,
        size: Int64,
        platform: Platform? = nil,
        annotations: [String: String] = [:],
        artifactType: String? = nil
    ) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
        self.platform = platform
        self.annotations = annotations
        self.artifactType = artifactType
    }

    package init(json: JSON) throws {
        guard let mediaType = json["mediaType"]?.string, !mediaType.isEmpty else {
            throw ImageFormatError.missing("mediaType", of: "a descriptor")
        }
        guard let digest = json["digest"]?.string else { throw ImageFormatError.missing("digest", of: "a descriptor") }
        guard let size = json["size"]?.int, size >= 0 else {
            throw ImageFormatError.missing("size", of: "a descriptor")
        }
        self.init(
            mediaType: mediaType,
            digest: try Digest(parsing: digest),
            size: Int64(size),
            platform: try json["platform"].flatMap { $0.isNull ? nil : try Platform(json: $0) },
            annotations: try ImageFormatError.strings(json["annotations"], "annotations"),
            artifactType: json["artifactType"]?.string
        )
    }

    package var json: JSON {
        var json: JSON = [
            "mediaType": .string(mediaType), "digest": .string(digest.description), "size": .int(size),
        ]
        json["platform"] = platform?.json
        if !annotations.isEmpty { json["annotations"] = .object(annotations.mapValues(JSON.string)) }
        json["artifactType"] = artifactType.map(JSON.string)
        return json
    }
}

/// What is wrong with a manifest, index or configuration.
enum ImageFormatError {
    static func missing(_ key: String, of thing: String) -> SlipwayError {
        SlipwayError(.invalidInput, "Not a valid OCI document: \(thing) has no valid \"\(key)\"")
    }

    /// A map of strings, such as annotations; empty where it is absent or null.
    static func strings(_ json: JSON?, _ key: String) throws -> [String: String] {
        guard let json, !json.isNull else { return [:] }
        guard let members = json.object else {
            throw SlipwayError(.invalidInput, "Not a valid OCI document: \"\(key)\" is not an object")
        }
        return try members.mapValues { value in
            guard let text = value.string else {
                throw SlipwayError(.invalidInput, "Not a valid OCI document: \"\(key)\" holds more than strings")
            }
            return text
        }
    }

    /// A list of strings; nil where it is absent or null.
    static func list(_ json: JSON?, _ key: String) throws -> [String]? {
        guard let json, !json.isNull else { return nil }
        guard let elements = json.array else {
            throw SlipwayError(.invalidInput, "Not a valid OCI document: \"\(key)\" is not a list")
        }
        return try elements.map { value in
            guard let text = value.string else {
                throw SlipwayError(.invalidInput, "Not a valid OCI document: \"\(key)\" holds more than strings")
            }
            return text
        }
    }
}
