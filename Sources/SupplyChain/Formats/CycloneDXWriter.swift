import Core
import Images

/// Writes CycloneDX 1.6 as JSON (ECMA-424).
struct CycloneDXWriter {
    let document: SBOMDocument
    /// Paths of the programs that the document says everything about; for documents that images carry.
    var executables: [String] = []

    private static let rootReference = "root"

    var json: JSON {
        let packages = document.inventory.packages
        var json: JSON = [
            "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
            "serialNumber": .string("urn:uuid:\(serialNumber)"),
            "metadata": [
                "timestamp": .string(document.created),
                "tools": [
                    "components": [
                        ["type": "application", "name": "slipway", "version": .string(document.toolVersion)]
                    ]
                ],
                "component": root,
            ],
            "components": .array(packages.map(component)),
            "dependencies": [
                [
                    "ref": .string(Self.rootReference),
                    "dependsOn": .array(packages.map { .string($0.purl.description) }),
                ]
            ],
        ]
        var properties = executables.sorted().map { property("dev.slipway.executable", $0) }
        properties += document.inventory.unknowns.sorted().map { property("dev.slipway.unknown", $0.message) }
        if !properties.isEmpty { json["properties"] = .array(properties) }
        return json
    }

    /// A UUID (version 8: made by a rule of our own) from the content.
    private var serialNumber: String {
        var digits = Array(document.fingerprint.prefix(32))
        digits[12] = "8"
        digits[16] = "a"
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
        return groups.joined(separator: "-")
    }

    private var root: JSON {
        let subject = document.inventory.subject
        var json: JSON = [
            "type": subject.kind == .image ? "container" : "application", "name": .string(subject.name),
            "bom-ref": .string(Self.rootReference),
        ]
        json["version"] = (subject.digest?.description ?? subject.version).map(JSON.string)
        json["purl"] = document.subjectURL.map { .string($0.description) }
        return json
    }

    private func component(_ package: SoftwarePackage) -> JSON {
        var json: JSON = [
            "type": "library", "name": .string(package.purl.name), "bom-ref": .string(package.purl.description),
            "purl": .string(package.purl.description),
        ]
        if package.purl.type == "npm" || package.purl.type == "golang" || package.purl.type == "swift" {
            json["group"] = package.purl.namespace.map(JSON.string)
        }
        json["version"] = package.version.map(JSON.string)
        if let supplier = package.supplier { json["supplier"] = ["name": .string(supplier)] }
        if let license = LicenseExpression(found: package.licenses) {
            json["licenses"] =
                license.identifier.map { [["license": ["id": .string($0)]]] }
                ?? [["expression": .string(license.text)]]
        }
        var properties: [JSON] = []
        for place in package.locations {
            properties.append(property("dev.slipway.path", "/\(place.path)"))
            if let layer = place.layer { properties.append(property("dev.slipway.layer", layer.description)) }
        }
        if !properties.isEmpty { json["properties"] = .array(properties) }
        return json
    }

    private func property(_ name: String, _ value: String) -> JSON { ["name": .string(name), "value": .string(value)] }
}
