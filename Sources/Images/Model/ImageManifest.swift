import Core
import Foundation

/// An image's parts: its configuration and its layers, lowest first (OCI image specification, manifest.md).
package struct ImageManifest: Sendable, Hashable {
    package var mediaType: String
    package var artifactType: String?
    package var config: Descriptor
    package var layers: [Descriptor]
    package var subject: Descriptor?
    package var annotations: [String: String]

    package init(
        mediaType: String = MediaType.manifest,
        artifactType: String? = nil,
        config: Descriptor,
        layers: [Descriptor],
        subject: Descriptor? = nil,
        annotations: [String: String] = [:]
    ) {
        self.mediaType = mediaType
        self.artifactType = artifactType
        self.config = config
        self.layers = layers
        self.subject = subject
        self.annotations = annotations
    }

    /// - Throws: `SlipwayError` (`.invalidInput`) saying what is missing; an index is not a manifest.
    package init(parsing data: Data) throws {
        let json = try JSON(parsing: data)
        guard json["schemaVersion"]?.int == 2 else {
            throw SlipwayError(
                .invalidInput,
                "Not an image manifest of schema version 2",
                why: json["schemaVersion"]?.int == 1 ? "Docker's schema 1 has been obsolete since 2017." : nil
            )
        }
        guard let config = json["config"], config.object != nil else {
            throw ImageFormatError.missing("config", of: "the manifest")
        }
        guard let layers = json["layers"]?.array else { throw ImageFormatError.missing("layers", of: "the manifest") }
        self.init(
            mediaType: json["mediaType"]?.string ?? MediaType.manifest,
            artifactType: json["artifactType"]?.string,
            config: try Descriptor(json: config),
            layers: try layers.map(Descriptor.init(json:)),
            subject: try json["subject"].flatMap { $0.isNull ? nil : try Descriptor(json: $0) },
            annotations: try ImageFormatError.strings(json["annotations"], "annotations")
        )
    }

    package var json: JSON {
        var json: JSON = [
            "schemaVersion": 2, "mediaType": .string(mediaType), "config": config.json,
            "layers": .array(layers.map(\.json)),
        ]
        json["artifactType"] = artifactType.map(JSON.string)
        json["subject"] = subject?.json
        if !annotations.isEmpty { json["annotations"] = .object(annotations.mapValues(JSON.string)) }
        return json
    }
}

/// Several manifests under one digest, most often one a platform (OCI image specification, image-index.md).
package struct ImageIndex: Sendable, Hashable {
    package var mediaType: String
    package var manifests: [Descriptor]
    package var annotations: [String: String]

    package init(
        mediaType: String = MediaType.index,
        manifests: [Descriptor],
        annotations: [String: String] = [:]
    ) {
        self.mediaType = mediaType
        self.manifests = manifests
        self.annotations = annotations
    }

    package init(parsing data: Data) throws {
        let json = try JSON(parsing: data)
        guard json["schemaVersion"]?.int == 2, let manifests = json["manifests"]?.array else {
            throw ImageFormatError.missing("manifests", of: "the index")
        }
        self.init(
            mediaType: json["mediaType"]?.string ?? MediaType.index,
            manifests: try manifests.map(Descriptor.init(json:)),
            annotations: try ImageFormatError.strings(json["annotations"], "annotations")
        )
    }

    package var json: JSON {
        var json: JSON = [
            "schemaVersion": 2, "mediaType": .string(mediaType), "manifests": .array(manifests.map(\.json)),
        ]
        if !annotations.isEmpty { json["annotations"] = .object(annotations.mapValues(JSON.string)) }
        return json
    }

    /// The manifest for a platform, chosen by OS, architecture and variant; an exact variant goes first.
    package func manifest(for platform: Platform) -> Descriptor? {
        let fitting = manifests.filter { $0.platform?.satisfies(platform) ?? false }
        return fitting.first { $0.platform?.variant == platform.variant } ?? fitting.first
    }
}
