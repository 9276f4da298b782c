import Core
import Foundation
import Images
import ImagesTestSupport
import Testing

@testable import SupplyChain

/// What a team decides about findings: the ignore list and VEX.
@Suite struct DecisionTests {
    private static let purl = "pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12"

    private static func finding(_ name: String, _ purl: String = purl, aliases: [String] = []) throws -> Finding {
        Finding(
            name: name,
            identifiers: ([name] + aliases).sorted(),
            package: PackageURLDecoder.package(try #require(PackageURL(parsing: purl))),
            rating: SeverityRating(severity: .high, score: 8, source: "CVSS 3.1", vector: nil),
            summary: "a flaw",
            fixedIn: [],
            references: []
        )
    }

    private static func report(_ findings: [Finding], failOn: Severity? = .high) throws -> ScanReport {
        var inventory = Inventory(
            subject: InventorySubject(
                kind: .image,
                name: "localhost/api:1",
                digest: try Digest(parsing: "sha256:" + String(repeating: "ab", count: 32))
            )
        )
        for finding in findings { inventory.add(finding.package) }
        return ScanReport(
            inventory: inventory,
            findings: findings,
            unknowns: [],
            database: nil,
            policy: ScanPolicy(failOn: failOn)
        )
    }

    private static func decisions(_ list: String, today: String = "2026-11-23") throws -> Decisions {
        Decisions(ignores: try IgnoreList(parsing: list, file: "x.yml").vulnerabilities, today: today)
    }

    @Test(
        arguments: [
            "id: CVE-1, reason: r", "id: GHSA-x, reason: r", "id: CVE-1, package: openssl, reason: r",
            "id: CVE-1, package: 'pkg:deb/debian/openssl', reason: r",
            "id: CVE-1, package: 'pkg:deb/debian/openssl@3.0.11-1?distro=debian-12', reason: r",
        ]
    )
    func ignoresWithAReason(entry: String) throws {
        let report = try Self.report([try Self.finding("CVE-1", aliases: ["GHSA-x"])])
        #expect(!report.passes)
        let decided = report.applying(try Self.decisions("vulnerabilities:\n  - {\(entry), expires: 2026-12-01}"))
        #expect(decided.passes && decided.findings.isEmpty)
        #expect(decided.decided.first?.reason == "r (until 2026-12-01)")
        #expect(ScanTable(decided).text.contains("CVE-1 in openssl: r"))
    }

    @Test(
        arguments: [
            "id: CVE-2, reason: r", "id: CVE-1, package: curl, reason: r",
            "id: CVE-1, package: 'pkg:deb/debian/openssl@9', reason: r",
        ]
    )
    func ignoresNothingElse(entry: String) throws {
        let report = try Self.report([try Self.finding("CVE-1")])
        let decided = report.applying(try Self.decisions("vulnerabilities:\n  - {\(entry), expires: 2026-12-01}"))
        #expect(decided.findings.count == 1 && decided.unused.count == 1)
    }

    @Test func anExpiredDecisionFailsLoudly() throws {
        let list = "vulnerabilities:\n  - {id: CVE-9, reason: r, expires: 2026-11-22}"
        let report = try Self.report([], failOn: nil).applying(try Self.decisions(list))
        #expect(!report.passes)
        #expect(report.refusal?.contains("expired") == true)
        #expect(ScanTable(report).text.contains("ended on 2026-11-22"))
        #expect(report.json["expired"]?.array?.count == 1)
        #expect(
            try Self.report([]).applying(try Self.decisions(list, today: "2026-11-22")).passes,
            "its last day counts"
        )
    }

    @Test func nothingFoundIsNotGreen() throws {
        var policy = ScanPolicy()
        let empty = Inventory(subject: InventorySubject(kind: .folder, name: "x"))
        let report = try Scanner(database: nil).scan(empty, policy: policy, age: nil)
        #expect(!report.passes && report.refusal?.contains("no packages were found") == true)
        policy.allowsNothing = true
        #expect(try Scanner(database: nil).scan(empty, policy: policy, age: nil).passes)
    }

    private static func vex(_ statement: String) throws -> [VEXStatement] {
        let text =
            #"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"x","author":"a","timestamp":"2026-01-01T00:00:00Z","version":1,"statements":[\#(statement)]}"#
        return try VEXStatement.read(JSON(parsing: text), document: "x.vex.json")
    }

    @Test(
        arguments: [
            #"{"vulnerability":{"name":"CVE-1"},"products":[{"@id":"pkg:deb/debian/openssl"}],"status":"not_affected","justification":"vulnerable_code_not_present"}"#,
            #"{"vulnerability":{"name":"CVE-0","aliases":["CVE-1"]},"products":["pkg:deb/debian/openssl@3.0.11-1"],"status":"fixed"}"#,
            #"{"vulnerability":"CVE-1","products":[{"@id":"pkg:oci/api"}],"status":"not_affected","impact_statement":"never called"}"#,
            #"{"vulnerability":{"name":"CVE-1"},"products":[{"@id":"pkg:oci/api","subcomponents":[{"@id":"pkg:deb/debian/openssl"}]}],"status":"fixed"}"#,
        ]
    )
    func takesStatements(statement: String) throws {
        let decisions = Decisions(vex: try Self.vex(statement), today: "2026-11-23")
        let report = try Self.report([try Self.finding("CVE-1")]).applying(decisions)
        #expect(report.passes && report.decided.count == 1)
    }

    @Test(
        arguments: [
            #"{"vulnerability":{"name":"CVE-1"},"products":[{"@id":"pkg:deb/debian/openssl"}],"status":"under_investigation"}"#,
            #"{"vulnerability":{"name":"CVE-1"},"products":[{"@id":"pkg:deb/debian/openssl@2"}],"status":"fixed"}"#,
            #"{"vulnerability":{"name":"CVE-1"},"products":[{"@id":"pkg:oci/other"}],"status":"fixed"}"#,
            #"{"vulnerability":{"name":"CVE-1"},"products":[{"@id":"pkg:oci/api","subcomponents":[{"@id":"pkg:deb/debian/curl"}]}],"status":"fixed"}"#,
            #"{"vulnerability":{"name":"CVE-2"},"products":[{"@id":"pkg:oci/api"}],"status":"fixed"}"#,
        ]
    )
    func statementsClearNothingElse(statement: String) throws {
        let decisions = Decisions(vex: try Self.vex(statement), today: "2026-11-23")
        #expect(try Self.report([try Self.finding("CVE-1")]).applying(decisions).findings.count == 1)
    }

    @Test(
        arguments: [
            #"{"vulnerability":{"name":"CVE-1"},"products":["x"],"status":"not_affected"}"#,
            #"{"vulnerability":{"name":"CVE-1"},"products":["x"],"status":"harmless"}"#,
            #"{"vulnerability":{"name":"CVE-1"},"status":"fixed"}"#, #"{"products":["x"],"status":"fixed"}"#, "",
        ]
    )
    func refusesStatementsThatAreNotWhole(statement: String) {
        #expect(throws: SlipwayError.self) { try Self.vex(statement) }
    }

    @Test func readsBackWhatItWrites() throws {
        let report = try Self.report([try Self.finding("CVE-1"), try Self.finding("CVE-2")])
        let list = "vulnerabilities:\n  - {id: CVE-1, reason: never called, expires: 2026-12-01}"
        let json = VEXWriter(report.applying(try Self.decisions(list)), created: "2026-11-23T00:00:00Z", author: "us")
            .json
        let statements = try VEXStatement.read(json, document: "own")
        let again = report.applying(Decisions(vex: statements, today: "2026-11-23"))
        #expect(again.decided.map(\.finding.name) == ["CVE-1"])
        #expect(again.findings.map(\.name) == ["CVE-2"])
    }

    @Test func aDecisionIsADismissedAlertForCodeScanning() throws {
        let list = "vulnerabilities:\n  - {id: CVE-1, reason: never called, expires: 2026-12-01}"
        let report = try Self.report([try Self.finding("CVE-1")]).applying(try Self.decisions(list))
        let result = SARIFWriter(report, toolVersion: "1").json["runs"]?[0]?["results"]?[0]
        #expect(result?["suppressions"]?[0]?["justification"]?.string == "never called (until 2026-12-01)")
    }
}
