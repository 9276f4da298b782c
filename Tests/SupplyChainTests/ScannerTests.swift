import Core
import Foundation
import Images
import ImagesTestSupport
import Testing

@testable import SupplyChain

@Suite struct ScannerTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let critical: JSON = [
        ["type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"]
    ]
    private static let low: JSON = [["type": "CVSS_V2", "score": "AV:L/AC:H/Au:N/C:P/I:N/A:N"]]

    private func record(
        _ id: String,
        _ ecosystem: String,
        _ name: String,
        fixed: String,
        _ rest: [String: JSON] = [:]
    ) -> JSON {
        let type = ecosystem == "npm" ? "SEMVER" : "ECOSYSTEM"
        let affected: JSON = [
            "package": ["ecosystem": .string(ecosystem), "name": .string(name)],
            "ranges": [["type": .string(type), "events": [["introduced": "0"], ["fixed": .string(fixed)]]]],
        ]
        return .object(
            ["id": .string(id), "modified": "2026-01-01T00:00:00Z", "summary": "a flaw", "affected": [affected]]
                .merging(rest) { _, new in new }
        )
    }

    private func database(_ records: JSON...) throws -> AdvisoryDatabase {
        for (index, record) in records.enumerated() { try folder.write(record.text(), to: "osv/\(index).json") }
        return try AdvisoryDatabase.temporary(from: folder.path("osv"))
    }

    private func package(_ purl: String) throws -> SoftwarePackage {
        PackageURLDecoder.package(try #require(PackageURL(parsing: purl)))
    }

    private func scan(_ purls: [String], _ database: AdvisoryDatabase?, _ policy: ScanPolicy = ScanPolicy()) throws
        -> ScanReport
    {
        var inventory = Inventory(subject: InventorySubject(kind: .folder, name: "test"))
        for purl in purls { inventory.add(try package(purl)) }
        return try Scanner(database: database).scan(inventory, policy: policy, age: nil)
    }

    @Test func findsOneVulnerabilityOnceWhateverDatabasesSay() throws {
        let database = try database(
            record("PYSEC-1", "PyPI", "Flask_Thing", fixed: "2.0", ["aliases": ["CVE-2024-5"], "severity": Self.low]),
            record(
                "GHSA-a",
                "PyPI",
                "flask-thing",
                fixed: "2.0.1",
                ["aliases": ["CVE-2024-5"], "severity": Self.critical]
            ),
            record("GHSA-b", "PyPI", "flask-thing", fixed: "3.0"),
            record("GHSA-c", "PyPI", "flask-thing", fixed: "3.0", ["withdrawn": "2025-01-01T00:00:00Z"]),
            record("GHSA-d", "PyPI", "other", fixed: "3.0"),
            record("GHSA-e", "npm", "flask-thing", fixed: "3.0.0")
        )
        let report = try scan(["pkg:pypi/flask-thing@1.0"], database)
        #expect(report.findings.map(\.name) == ["CVE-2024-5", "GHSA-b"])
        let first = try #require(report.findings.first)
        #expect(first.identifiers == ["CVE-2024-5", "GHSA-a", "PYSEC-1"])
        #expect(first.severity == .critical && first.rating.score == 9.8 && first.rating.source == "CVSS 3.1")
        #expect(first.fixedIn == ["2.0", "2.0.1"])
        #expect(first.advice == "Update flask-thing to 2.0.1 or later.", "what every source calls repaired")
        #expect(report.findings[1].severity == .unknown)
        #expect(report.unknowns.isEmpty)
    }

    @Test func matchesDebianBySourcePackageAndRelease() throws {
        let database = try database(
            record("DEBIAN-CVE-2024-1", "Debian:12", "glibc", fixed: "2.36-9+deb12u11", ["upstream": ["CVE-2024-1"]]),
            record("DEBIAN-CVE-2024-2", "Debian:11", "glibc", fixed: "2.40"),
            record("DEBIAN-CVE-2024-3", "Debian:12", "libc6", fixed: "9.0")
        )
        let purl = "pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64&distro=debian-12&upstream=glibc"
        let report = try scan([purl], database)
        #expect(report.findings.map(\.name) == ["CVE-2024-1"])
        #expect(report.findings.first?.advice == "Update libc6 (source glibc) to 2.36-9+deb12u11 or later.")
        let other = try scan(["pkg:deb/debian/libc6@2.31-1?distro=debian-10&upstream=glibc"], database)
        #expect(other.findings.isEmpty)
        #expect(other.unknowns.map(\.rule) == ["no-data"], "another release's data says nothing about this one")
    }

    @Test func findsSwiftPackagesByAnyAddress() throws {
        let database = try database(
            record("GHSA-s", "SwiftURL", "https://github.com/Apple/swift-nio.git", fixed: "2.42.0")
        )
        let report = try scan(["pkg:swift/github.com/apple/swift-nio@2.41.0"], database)
        #expect(report.findings.map(\.name) == ["GHSA-s"])
        #expect(try scan(["pkg:swift/github.com/apple/swift-nio@2.42.0"], database).findings.isEmpty)
    }

    @Test func saysWhatItDoesNotKnow() throws {
        let nothing = try scan(["pkg:npm/a@1.0.0"], nil)
        #expect(nothing.unknowns.map(\.rule) == ["no-database"])
        let database = try database(record("GHSA-1", "npm", "a", fixed: "2.0.0"))
        let report = try scan(["pkg:npm/a", "pkg:pypi/x@1", "pkg:generic/y@1", "pkg:npm/a@strange"], database)
        #expect(report.findings.isEmpty)
        #expect(Set(report.unknowns.map(\.rule)) == ["no-version", "no-data", "undecided"])
        #expect(report.unknowns.count { $0.rule == "no-data" } == 2)
        let empty = try scan([], database)
        #expect(empty.unknowns.map(\.rule) == ["no-packages"], "nothing found is not the same as nothing wrong")
        var inventory = Inventory(subject: InventorySubject(kind: .folder, name: "test"))
        inventory.add(try package("pkg:npm/a@3.0.0"))
        let old = try Scanner(database: database).scan(inventory, policy: ScanPolicy(maximumAge: 7), age: 8)
        #expect(old.unknowns.map(\.rule) == ["old-database"])
        #expect(
            try Scanner(database: database).scan(inventory, policy: ScanPolicy(maximumAge: 7), age: 7).unknowns.isEmpty
        )
    }

    @Test func judgesByPolicy() throws {
        let database = try database(
            record("GHSA-1", "npm", "a", fixed: "2.0.0", ["severity": Self.critical]),
            record("GHSA-2", "npm", "b", fixed: "2.0.0", ["severity": Self.low]),
            record("GHSA-3", "npm", "c", fixed: "2.0.0")
        )
        func passes(_ name: String, _ failOn: Severity?, _ unknown: ScanPolicy.UnknownAction = .warn) throws -> Bool {
            try scan(["pkg:npm/\(name)@1.0.0"], database, ScanPolicy(failOn: failOn, unknown: unknown)).passes
        }
        #expect(try passes("a", nil) && !passes("a", .critical) && !passes("a", .low))
        #expect(try passes("b", .medium) && !passes("b", .low))
        #expect(try passes("c", .low), "nobody rated it")
        #expect(try !passes("c", nil, .fail), "and that is unknown")
        #expect(try passes("d", .low, .fail))
        #expect(try !scan(["pkg:npm/d@1.0.0"], nil, ScanPolicy(unknown: .fail)).passes)
        let refusal = try scan(["pkg:npm/a@1.0.0"], database, ScanPolicy(failOn: .high)).refusal
        #expect(refusal == "1 of 1 findings are HIGH or worse")
    }

    @Test func prefersADistributionsOwnWordThenVectorsThenOtherWords() throws {
        func rating(_ ecosystem: String, _ rest: [String: JSON], affected: [String: JSON] = [:]) throws
            -> SeverityRating
        {
            var json = record("GHSA-1", ecosystem, "x", fixed: "9", rest)
            var entry = try #require(json["affected"]?[0])
            for (key, value) in affected { entry[key] = value }
            json["affected"] = [entry]
            let advisory = try Advisory(json: json)
            return SeverityRating.of(advisory, try #require(advisory.affected.first)).rating
        }
        let urgent: [String: JSON] = ["ecosystem_specific": ["urgency": "low"]]
        #expect(try rating("Debian:12", ["severity": Self.critical], affected: urgent).severity == .low)
        let unassigned: [String: JSON] = ["ecosystem_specific": ["urgency": "not yet assigned"]]
        #expect(try rating("Debian:12", ["severity": Self.critical], affected: unassigned).severity == .critical)
        #expect(try rating("npm", ["severity": Self.critical], affected: urgent).severity == .critical)
        #expect(
            try rating("npm", ["severity": Self.critical, "database_specific": ["severity": "LOW"]]).source
                == "CVSS 3.1"
        )
        #expect(try rating("npm", ["database_specific": ["severity": "MODERATE"]]).severity == .medium)
        #expect(try rating("npm", [:]) == .unknown)
        let own = try rating("npm", ["severity": Self.critical], affected: ["severity": Self.low])
        #expect(own.source == "CVSS 2.0", "what is said of the package goes first")
        let both: JSON = [
            ["type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"],
            ["type": "CVSS_V4", "score": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"],
        ]
        #expect(try rating("npm", ["severity": both]).score == 9.3)
        let ubuntu: JSON = [["type": "Ubuntu", "score": "negligible"]]
        #expect(try rating("Ubuntu:22.04:LTS", ["severity": ubuntu]).severity == .low)
    }

    @Test(.enabled(if: SharedData.has("advisories"), "there is no shared/advisories beside the repository"))
    func findsRealVulnerabilities() throws {
        let database = try AdvisoryDatabase.temporary(from: SharedData.folder.appending(path: "advisories"))
        let vulnerable = [
            "pkg:golang/github.com/hashicorp/go-getter@1.7.3", "pkg:pypi/jwcrypto@0.3.1",
            "pkg:cargo/rust-crypto@0.2.36",
        ]
        let report = try scan(vulnerable, database)
        #expect(Set(report.findings.map(\.name)) == ["CVE-2024-3817", "CVE-2016-6298", "RUSTSEC-2016-0005"])
        let repaired = ["pkg:golang/github.com/hashicorp/go-getter@1.7.4", "pkg:pypi/jwcrypto@0.4.0"]
        #expect(try scan(repaired, database).findings.isEmpty)
    }

    // MARK: SARIF

    @Test func writesSARIFThatCodeScanningTakes() throws {
        try folder.write("a\n\nflask==1.0\n", to: "src/my app/requirements.txt")
        let inventory = try FolderInventory.read(folder.path("src"))
        let database = try database(record("GHSA-1", "PyPI", "flask", fixed: "2.0", ["severity": Self.critical]))
        let report = try Scanner(database: database).scan(inventory, policy: ScanPolicy(), age: nil)
        let run = try #require(SARIFWriter(report, toolVersion: "1.0.0").json["runs"]?[0])
        let rule = try #require(run["tool"]?["driver"]?["rules"]?[0])
        #expect(rule["id"] == "GHSA-1")
        #expect(rule["properties"]?["security-severity"] == "9.8")
        #expect(rule["properties"]?["tags"]?.array?.contains("security") == true)
        let result = try #require(run["results"]?[0])
        #expect(result["ruleId"] == "GHSA-1" && result["level"] == "error")
        let place = try #require(result["locations"]?[0]?["physicalLocation"])
        #expect(place["artifactLocation"]?["uri"] == "my%20app/requirements.txt")
        #expect(place["region"]?["startLine"] == 3)
        #expect(
            Set(place["region"]?.object?.keys.map { $0 } ?? []) == ["startLine", "startColumn", "endLine", "endColumn"]
        )
        #expect(result["partialFingerprints"]?.object?.isEmpty == false)
    }

    // MARK: Reports

    @Test func theTableShowsFindingsAndWhatIsNotKnown() throws {
        let database = try database(record("GHSA-1", "npm", "a", fixed: "2.0.0", ["severity": Self.critical]))
        let text = ScanTable(try scan(["pkg:npm/a@1.0.0", "pkg:pypi/x@1"], database)).text
        #expect(text.contains("CRITICAL  9.8    GHSA-1         a        1.0.0    2.0.0"))
        #expect(text.contains("NOT KNOWN (this is not the same as safe):\n  ! the database has no data for PyPI"))
        #expect(text.contains("Findings: 1 critical."))
    }
}

@Suite struct AdvisoryDatabaseTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func record(_ id: String, modified: String = "2026-01-01T00:00:00Z") -> String {
        #"{"id":"\#(id)","modified":"\#(modified)","affected":[{"package":{"ecosystem":"npm","name":"a"},"versions":["1.0.0"]}]}"#
    }

    @Test func importsAFolderAndReplacesWhatWasThere() throws {
        try folder.write(Self.record("A-1", modified: "2026-02-01T00:00:00Z"), to: "in/deep/a.json")
        try folder.write(
            "id: A-2\naffected:\n- package: {ecosystem: npm, name: a}\n  versions: [1.10, '2.0']\n",
            to: "in/b.yaml"
        )
        try folder.write("no record", to: "in/readme.json")
        try folder.write("ignored", to: "in/readme.txt")
        let directory = folder.path("db")
        let result = try AdvisoryImport.run(from: [folder.path("in")], into: directory, now: "2026-03-01T00:00:00Z")
        #expect(result.metadata.records == 2 && result.rejected.count == 1)
        #expect(result.metadata.newest == "2026-02-01T00:00:00Z")
        let database = try #require(try AdvisoryDatabase(directory: directory))
        #expect(database.metadata == result.metadata)
        let found = try database.advisories(for: Ecosystem("npm"), name: "a")
        #expect(Set(found.map(\.id)) == ["A-1", "A-2"])
        #expect(found.first { $0.id == "A-2" }?.affected.first?.versions == ["1.10", "2.0"], "1.10 is no number")
        #expect(try database.advisories(for: Ecosystem("npm"), name: "b").isEmpty)
        #expect(try database.advisories(for: Ecosystem("PyPI"), name: "a").isEmpty)
        #expect(database.metadata.age(at: try Date("2026-03-09T12:00:00Z", strategy: .iso8601)) == 8)

        try folder.write(Self.record("A-3"), to: "other/a.json")
        _ = try AdvisoryImport.run(from: [folder.path("other")], into: directory, now: nil)
        let replaced = try #require(try AdvisoryDatabase(directory: directory))
        #expect(try replaced.advisories(for: Ecosystem("npm"), name: "a").map(\.id) == ["A-3"])
        #expect(try database.advisories(for: Ecosystem("npm"), name: "a").count == 2, "an open one stays as it was")
        let left = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(left.count == 2, "the old one is gone")
    }

    @Test func anEmptyImportIsRefusedAndChangesNothing() throws {
        try folder.write(Self.record("A-1"), to: "in/a.json")
        let directory = folder.path("db")
        _ = try AdvisoryImport.run(from: [folder.path("in")], into: directory, now: nil)
        try FileManager.default.createDirectory(at: folder.path("empty"), withIntermediateDirectories: true)
        #expect(throws: SlipwayError.self) {
            try AdvisoryImport.run(from: [folder.path("empty")], into: directory, now: nil)
        }
        #expect(try AdvisoryDatabase(directory: directory)?.metadata.records == 1)
        #expect(try AdvisoryDatabase(directory: folder.path("none")) == nil)
    }

    @Test(.enabled("there is no python3") { await Python.has("zipfile") })
    func importsAZipFile() async throws {
        let records = (0..<50).map { Self.record("A-\($0)") }
        let code = """
            import sys, zipfile
            lines = open(sys.argv[1]).read().split("\\n")
            path = sys.argv[1] + ".zip"
            with zipfile.ZipFile(path, "w") as archive:
                for index, line in enumerate(lines):
                    method = zipfile.ZIP_DEFLATED if index % 2 else zipfile.ZIP_STORED
                    archive.writestr(f"npm/{index}.json", line, method)
            import base64
            print(base64.b64encode(open(path, "rb").read()).decode())
            """
        let text = try #require(try await Python.run(code, lines: records).first)
        let data = try #require(Data(base64Encoded: text))
        try data.write(to: folder.path("all.zip"))
        let result = try AdvisoryImport.run(from: [folder.path("all.zip")], into: folder.path("db"), now: nil)
        #expect(result.metadata.records == 50 && result.rejected.isEmpty)
        for damaged in [data.prefix(100), data.dropFirst(10), data.dropLast(30), Data()] {
            try Data(damaged).write(to: folder.path("bad.zip"))
            #expect(throws: SlipwayError.self) {
                try AdvisoryImport.run(from: [folder.path("bad.zip")], into: folder.path("bad"), now: nil)
            }
        }
    }

    @Test func refusesADatabaseOfAnotherFormat() throws {
        try folder.write(Self.record("A-1"), to: "in/a.json")
        let directory = folder.path("db")
        _ = try AdvisoryImport.run(from: [folder.path("in")], into: directory, now: nil)
        let name = try String(contentsOf: directory.appending(path: "current"), encoding: .utf8).dropLast()
        try folder.write(#"{"formatVersion":2,"source":"x","records":1}"#, to: "db/\(name)/metadata.json")
        #expect(throws: SlipwayError.self) { try AdvisoryDatabase(directory: directory) }
        try folder.write("../escape", to: "db/current")
        #expect(throws: SlipwayError.self) { try AdvisoryDatabase(directory: directory) }
    }
}
