import Core
import Foundation
import ImagesTestSupport
import Testing

@testable import SupplyChain

@Suite struct SARIFFingerprintTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func fingerprints(_ requirements: String) throws -> [String: JSON] {
        try folder.write(requirements, to: "src/requirements.txt")
        let record: JSON = [
            "id": "GHSA-1", "modified": "2026-01-01T00:00:00Z",
            "affected": [
                [
                    "package": ["ecosystem": "PyPI", "name": "flask"],
                    "ranges": [["type": "ECOSYSTEM", "events": [["introduced": "0"], ["fixed": "2"]]]],
                ]
            ],
        ]
        try folder.write(record.text(), to: "osv/1.json")
        let database = try AdvisoryDatabase.temporary(from: folder.path("osv"))
        let inventory = try FolderInventory.read(folder.path("src"))
        let report = try Scanner(database: database).scan(inventory, policy: ScanPolicy(), age: nil)
        let json = SARIFWriter(report, toolVersion: "1", root: folder.path("src")).json
        let result = try #require(json["runs"]?[0]?["results"]?[0])
        #expect(result["ruleId"]?.string == "GHSA-1")
        return try #require(result["partialFingerprints"]?.object)
    }

    @Test func staysTheSameWhenOtherLinesMove() throws {
        let tail = "flask==1.0\n" + (0..<20).map { "package\($0)==1.\($0)\n" }.joined()
        let first = try fingerprints(tail)
        #expect(first["primaryLocationLineHash"]?.string?.wholeMatch(of: /[0-9a-f]+:1/) != nil)
        #expect(try fingerprints(tail) == first)
        #expect(try fingerprints("# a comment\n\nabove==1\n" + tail) == first)
    }
}
