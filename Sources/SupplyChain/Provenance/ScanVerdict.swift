import Core
import Foundation
import Images

/// What a scan said of one image, kept beside it: publishing asks for it, and an attestation signs it.
package struct ScanVerdict: Sendable, Hashable {
    package static let mediaType = "application/vnd.slipway.scan.v1+json"
    /// The type that cosign and policy engines know.
    package static let predicateType = "https://cosign.sigstore.dev/attestation/vuln/v1"

    /// Somebody's decision to publish without a passing scan.
    package struct Waiver: Sendable, Hashable {
        package let reason: String
        package let by: String

        package init(reason: String, by: String) {
            self.reason = reason
            self.by = by
        }
    }

    package var passes: Bool
    /// Findings of this severity and above fail; nil: the scan could not fail.
    package var failOn: String?
    /// Findings by severity.
    package var counts: [String: Int]
    package var database: String?
    package var toolVersion: String
    package var finished: Date
    package var waiver: Waiver?

    package init(_ report: ScanReport, toolVersion: String, finished: Date) {
        passes = report.passes
        failOn = report.policy.failOn?.rawValue
        counts = Dictionary(uniqueKeysWithValues: Severity.allCases.map { ($0.rawValue, report.count($0)) })
        database = report.database.flatMap { $0.newest ?? $0.imported }
        self.toolVersion = toolVersion
        self.finished = finished
    }

    /// No scan at all, by decision.
    package init(waiver: Waiver, toolVersion: String, at date: Date) {
        passes = false
        counts = [:]
        self.toolVersion = toolVersion
        finished = date
        self.waiver = waiver
    }

    /// Whether it shows that the image was found good: a scan that cannot fail shows nothing.
    package var isProof: Bool { passes && failOn != nil }

    package var predicate: JSON {
        var result: JSON = [
            "passes": .bool(passes), "counts": .object(counts.mapValues { .int(Int64($0)) }),
        ]
        result["failOn"] = failOn.map(JSON.string)
        result["waiver"] = waiver.map { ["reason": .string($0.reason), "by": .string($0.by)] }
        var scanner: JSON = [
            "uri": "pkg:generic/slipway", "version": .string(toolVersion), "result": result, "db": [:],
        ]
        scanner["db"] = database.map { ["lastUpdate": .string($0)] } ?? [:]
        let time = JSON.string(finished.formatted(.iso8601))
        return [
            "invocation": [:], "scanner": scanner, "metadata": ["scanStartedOn": time, "scanFinishedOn": time],
        ]
    }

    package init(predicate: JSON) throws {
        guard let scanner = predicate["scanner"], let result = scanner["result"],
            let passes = result["passes"]?.bool,
            let finished = predicate[path: "metadata", "scanFinishedOn"]?.string
                .flatMap({ try? Date($0, strategy: .iso8601) })
        else { throw SlipwayError(.invalidInput, "Not a scan's verdict by Slipway") }
        self.passes = passes
        self.finished = finished
        failOn = result["failOn"]?.string
        counts = (result["counts"]?.object ?? [:]).compactMapValues(\.int)
        database = scanner[path: "db", "lastUpdate"]?.string
        toolVersion = scanner["version"]?.string ?? ""
        if let reason = result[path: "waiver", "reason"]?.string {
            waiver = Waiver(reason: reason, by: result[path: "waiver", "by"]?.string ?? "")
        }
    }

    /// Keeps the verdict beside the image; an older one is replaced.
    package func record(for image: Digest, in store: ImageStore) throws {
        try store.detach(artifactType: Self.mediaType, from: image)
        try Attachment(artifactType: Self.mediaType, contents: predicate.data(), mediaType: Self.mediaType)
            .attach(to: image, in: store)
    }

    /// What was recorded for an image; nil where it was never scanned.
    package static func recorded(for image: Digest, in store: ImageStore) throws -> ScanVerdict? {
        guard let kept = try store.attachments(of: image, artifactType: mediaType).last,
            let layer = try ImageManifest(parsing: store.document(kept.digest)).layers.first
        else { return nil }
        return try ScanVerdict(predicate: JSON(parsing: store.document(layer.digest)))
    }
}
