import Core
import Images

/// Writes SPDX 2.3 as JSON (ISO/IEC 5962's successor; https://spdx.github.io/spdx-spec/v2.3).
struct SPDXWriter {
    let document: SBOMDocument

    private static let documentID = "SPDXRef-DOCUMENT"
    private static let rootID = "SPDXRef-Root"

    var json: JSON {
        let packages = document.inventory.packages
        let identifiers = identifiers(packages)
        var references: [String: String] = [:]
        var elements = [root]
        var relationships = [relationship(Self.documentID, "DESCRIBES", Self.rootID)]
        for (package, identifier) in zip(packages, identifiers) {
            let license = LicenseExpression(found: package.licenses)
            references.merge(license?.references ?? [:]) { first, _ in first }
            elements.append(element(package, identifier, license))
            relationships.append(relationship(Self.rootID, "CONTAINS", identifier))
        }
        var json: JSON = [
            "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": .string(Self.documentID),
            "name": .string(document.inventory.subject.name),
            "documentNamespace": .string("https://slipway.dev/spdx/\(document.fingerprint)"),
            "creationInfo": [
                "created": .string(document.created),
                "creators": ["Organization: Slipway", .string("Tool: slipway-\(document.toolVersion)")],
            ],
            "packages": .array(elements), "relationships": .array(relationships),
        ]
        if !references.isEmpty {
            json["hasExtractedLicensingInfos"] = .array(
                references.sorted { $0.key < $1.key }.map { reference, text in
                    [
                        "licenseId": .string(reference), "name": .string(String(text.prefix(100))),
                        "extractedText": .string("The package names this licence: \(text)"),
                    ]
                }
            )
        }
        if !document.inventory.unknowns.isEmpty {
            // What is missing belongs into the document, or its reader takes it for complete.
            json["comment"] = .string(
                "Not known: " + document.inventory.unknowns.sorted().map(\.message).joined(separator: "; ")
            )
        }
        return json
    }

    private var root: JSON {
        let subject = document.inventory.subject
        var json: JSON = [
            "SPDXID": .string(Self.rootID), "name": .string(subject.name), "downloadLocation": "NOASSERTION",
            "filesAnalyzed": false, "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION",
            "copyrightText": "NOASSERTION", "supplier": "NOASSERTION",
            "primaryPackagePurpose": subject.kind == .image ? "CONTAINER" : "SOURCE",
        ]
        json["versionInfo"] = (subject.digest?.description ?? subject.version).map(JSON.string)
        if let digest = subject.digest {
            json["checksums"] = [
                ["algorithm": .string(digest.algorithm.rawValue.uppercased()), "checksumValue": .string(digest.hex)]
            ]
        }
        if let purl = document.subjectURL { json["externalRefs"] = [reference(purl)] }
        return json
    }

    private func element(_ package: SoftwarePackage, _ identifier: String, _ license: LicenseExpression?) -> JSON {
        let places = package.locations.map { place in
            "/\(place.path)" + (place.layer.map { " (layer \($0))" } ?? "")
        }
        var json: JSON = [
            "SPDXID": .string(identifier), "name": .string(package.name), "downloadLocation": "NOASSERTION",
            "filesAnalyzed": false, "licenseConcluded": "NOASSERTION", "copyrightText": "NOASSERTION",
            "licenseDeclared": .string(license?.text ?? "NOASSERTION"),
            "supplier": .string(Self.supplier(package.supplier)),
            "externalRefs": [reference(package.purl)],
            "sourceInfo": .string("found in \(places.joined(separator: ", "))"),
        ]
        json["versionInfo"] = package.version.map(JSON.string)
        return json
    }

    /// `Name <mail>` is `Person: Name (mail)` here.
    private static func supplier(_ text: String?) -> String {
        guard let text, !text.isEmpty else { return "NOASSERTION" }
        guard let match = text.wholeMatch(of: /([^<>()]+?)\s*<([^<>\s]+@[^<>\s]+)>/) else {
            let plain = text.filter { !"<>()".contains($0) }
            return "Organization: \(plain)"
        }
        return "Person: \(match.1) (\(match.2))"
    }

    private func reference(_ purl: PackageURL) -> JSON {
        [
            "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
            "referenceLocator": .string(purl.description),
        ]
    }

    private func relationship(_ from: String, _ type: String, _ to: String) -> JSON {
        [
            "spdxElementId": .string(from), "relationshipType": .string(type), "relatedSpdxElement": .string(to),
        ]
    }

    /// Identifiers that say something to a reader, each once: letters, digits, `.` and `-` only.
    private func identifiers(_ packages: [SoftwarePackage]) -> [String] {
        var used: [String: Int] = [:]
        return packages.map { package in
            let text = "\(package.purl.type)-\(package.name)-\(package.version ?? "unknown")"
            let safe = text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? String($0) : "-" }.joined()
            used[safe, default: 0] += 1
            let count = used[safe] ?? 1
            return "SPDXRef-Package-\(safe)" + (count > 1 ? "--\(count)" : "")
        }
    }
}
