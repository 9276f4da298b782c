import Core
import Foundation
import Images

/// Build, scan, and only then publish: lets an image out under a tag only when a scan of it has passed.
package struct PublishGate: Sendable {
    private let store: ImageStore

    package init(store: ImageStore) { self.store = store }

    /// - Parameters:
    ///   - image: What is to be published; of an index, each image in it must have passed.
    ///   - name: What the user calls it, without tag and digest.
    ///   - waiver: A decision to publish all the same; it is recorded with the image and travels with it.
    ///   - toolVersion: Goes into that record.
    ///   - now: The time of that record.
    /// - Throws: `SlipwayError` (`.failure`) where no passing scan is recorded.
    package func check(
        _ image: Digest,
        name: String,
        waiver: ScanVerdict.Waiver?,
        toolVersion: String,
        now: Date
    ) throws {
        for digest in try unproven(image) {
            if let waiver {
                var verdict =
                    try ScanVerdict.recorded(for: digest, in: store)
                    ?? ScanVerdict(waiver: waiver, toolVersion: toolVersion, at: now)
                verdict.waiver = waiver
                try verdict.record(for: digest, in: store)
                continue
            }
            let recorded = try ScanVerdict.recorded(for: digest, in: store)
            let why =
                switch recorded {
                case nil: "It was never scanned."
                case let verdict? where !verdict.passes:
                    "Its scan of \(verdict.finished.formatted(.iso8601)) did not pass."
                default: "Its scan could not fail: --fail-on was not given."
                }
            throw SlipwayError(
                .failure,
                "The image \(digest.short) is not published under a tag",
                why: why,
                next:
                    "Scan it first: slipway scan \(name)@\(digest) --fail-on HIGH. Or publish all the same, on record: "
                    + "--without-scan REASON"
            )
        }
    }

    /// The image, or those of an index, that no passing scan is recorded for.
    private func unproven(_ image: Digest) throws -> [Digest] {
        if try ScanVerdict.recorded(for: image, in: store)?.isProof == true { return [] }
        let all = try store.manifests(of: image)
        let children = all.count > 1 ? Array(all.dropFirst()) : all
        return try children.filter { digest in
            try JSON(parsing: store.document(digest))["manifests"] == nil
                && ScanVerdict.recorded(for: digest, in: store)?.isProof != true
        }
    }
}
