import Core

/// What a build tells its user.
package struct ImageSummary: Sendable {
    private let image: AssembledImage
    private let references: [ImageReference]
    private let pinned: ImageReference

    package init(_ image: AssembledImage, references: [ImageReference], pinned: ImageReference) {
        self.image = image
        self.references = references
        self.pinned = pinned
    }

    package var text: String {
        var lines = references.map { "built \($0)" } + ["  \(image.descriptor.digest)"]
        for layer in image.layers {
            let state = layer.reused ? "unchanged" : "new"
            lines.append(
                "  \(layer.name): \(layer.files) files, \(ByteCount.text(layer.size)) "
                    + "(\(ByteCount.text(layer.descriptor.size)) packed), \(state)"
            )
        }
        return lines.joined(separator: "\n")
    }

    package var json: JSON {
        [
            "digest": .string(image.descriptor.digest.description),
            "reference": .string(pinned.description),
            "tags": .array(references.map { .string($0.description) }),
            "labels": .object(image.config.labels.mapValues(JSON.string)),
            "layers": .array(
                image.layers.map { layer in
                    [
                        "name": .string(layer.name), "digest": .string(layer.descriptor.digest.description),
                        "diffID": .string(layer.diffID.description), "size": .int(layer.descriptor.size),
                        "files": .int(Int64(layer.files)), "reused": .bool(layer.reused),
                    ]
                }
            ),
            "notes": .array(image.notes.map(JSON.string)),
        ]
    }
}

/// Sizes for people.
package enum ByteCount {
    /// `512 B`, `3.4 MB`: powers of ten, one digit behind the point.
    package static func text(_ bytes: Int64) -> String {
        var value = Double(bytes)
        var unit = 0
        let units = ["B", "kB", "MB", "GB", "TB"]
        while value >= 999.95, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        if unit == 0 { return "\(bytes) B" }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
