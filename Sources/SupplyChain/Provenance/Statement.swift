import Core
import Foundation
import Images

/// What an attestation says about an image (in-toto Statement version 1).
package struct Statement: Sendable, Hashable {
    package static let payloadType = "application/vnd.in-toto+json"
    private static let type = "https://in-toto.io/Statement/v1"
    /// Written by older tools, with the same fields.
    private static let oldType = "https://in-toto.io/Statement/v0.1"

    package struct Subject: Sendable, Hashable {
        package let name: String
        package let digest: Digest

        package init(name: String, digest: Digest) {
            self.name = name
            self.digest = digest
        }
    }

    package let subjects: [Subject]
    package let predicateType: String
    package let predicate: JSON

    package init(subjects: [Subject], predicateType: String, predicate: JSON) {
        self.subjects = subjects
        self.predicateType = predicateType
        self.predicate = predicate
    }

    package init(parsing data: Data) throws {
        let json = try JSON(parsing: data)
        guard [Self.type, Self.oldType].contains(json["_type"]?.string), let predicate = json["predicate"],
            let predicateType = json["predicateType"]?.string, let subjects = json["subject"]?.array
        else { throw SlipwayError(.invalidInput, "Not an in-toto statement") }
        self.predicateType = predicateType
        self.predicate = predicate
        self.subjects = subjects.flatMap { subject in
            (subject["digest"]?.object ?? [:]).compactMap { algorithm, value in
                guard let hex = value.string, let digest = try? Digest(parsing: "\(algorithm):\(hex)") else {
                    return nil
                }
                return Subject(name: subject["name"]?.string ?? "", digest: digest)
            }
        }
    }

    package var json: JSON {
        [
            "_type": .string(Self.type),
            "subject": .array(
                subjects.map { subject in
                    [
                        "name": .string(subject.name),
                        "digest": .object([subject.digest.algorithm.rawValue: .string(subject.digest.hex)]),
                    ]
                }
            ),
            "predicateType": .string(predicateType), "predicate": predicate,
        ]
    }

    package func signed(with key: SigningKey) throws -> SignedEnvelope {
        try SignedEnvelope(signing: json.data(), type: Self.payloadType, with: key)
    }
}
