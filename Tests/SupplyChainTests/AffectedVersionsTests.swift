import Core
import Foundation
import ImagesTestSupport
import Testing

@testable import SupplyChain

@Suite struct AffectedVersionsTests {
    private func affected(_ json: JSON) throws -> Advisory.Affected {
        let record: JSON = ["id": "T-1", "affected": [json]]
        return try #require(try Advisory(json: record).affected.first)
    }

    private static func package(_ ecosystem: JSON, _ rest: [String: JSON]) -> JSON {
        .object(rest.merging(["package": ["ecosystem": ecosystem, "name": "x"]]) { first, _ in first })
    }

    private static func range(_ type: JSON, _ events: JSON) -> JSON { [["type": type, "events": events]] }

    private static let twoRanges = package(
        "npm",
        [
            "ranges": range(
                "SEMVER",
                [["introduced": "1.0.0"], ["fixed": "1.2.3"], ["introduced": "2.0.0"], ["fixed": "2.1.0"]]
            )
        ]
    )

    @Test(
        arguments: [
            ("0.9.0", false), ("1.0.0-rc.1", false), ("1.0.0", true), ("1.2.3-beta", true), ("1.2.3", false),
            ("1.9.9", false), ("2.0.0", true), ("2.0.9+build", true), ("2.1.0", false),
        ]
    )
    func goesThroughEventsInOrder(version: String, vulnerable: Bool) throws {
        let answer = AffectedVersions.contain(version, in: try affected(Self.twoRanges))
        if vulnerable {
            #expect(answer == .yes(fixedIn: version.hasPrefix("2") ? ["2.1.0"] : ["1.2.3", "2.1.0"]))
        } else {
            #expect(answer == .no)
        }
    }

    @Test func theOrderOfEventsInTheFileMeansNothing() throws {
        let json = Self.package(
            "npm",
            ["ranges": Self.range("SEMVER", [["fixed": "1.2.3"], ["introduced": "0"]])]
        )
        #expect(AffectedVersions.contain("0.0.0-0", in: try affected(json)) == .yes(fixedIn: ["1.2.3"]))
        #expect(AffectedVersions.contain("1.2.3", in: try affected(json)) == .no)
    }

    @Test(arguments: [("1.0", true), ("1.5", true), ("1.5.0", true), ("1.5.post1", false), ("2.0", false)])
    func theLastAffectedVersionIsAffected(version: String, vulnerable: Bool) throws {
        let json = Self.package(
            "PyPI",
            ["ranges": Self.range("ECOSYSTEM", [["introduced": "0"], ["last_affected": "1.5"]])]
        )
        #expect(AffectedVersions.contain(version, in: try affected(json)) == (vulnerable ? .yes(fixedIn: []) : .no))
    }

    @Test func aSingleVersionMayBeIntroducedAndLast() throws {
        let json = Self.package(
            "npm",
            ["ranges": Self.range("SEMVER", [["introduced": "1.0.1"], ["last_affected": "1.0.1"]])]
        )
        #expect(AffectedVersions.contain("1.0.1", in: try affected(json)) == .yes(fixedIn: []))
        #expect(AffectedVersions.contain("1.0.2", in: try affected(json)) == .no)
        #expect(AffectedVersions.contain("1.0.0", in: try affected(json)) == .no)
    }

    @Test func limitsBound() throws {
        let limited = Self.package(
            "npm",
            ["ranges": Self.range("SEMVER", [["introduced": "1.0.0"], ["limit": "2.0.0"]])]
        )
        #expect(AffectedVersions.contain("1.5.0", in: try affected(limited)) == .yes(fixedIn: []))
        #expect(AffectedVersions.contain("2.0.0", in: try affected(limited)) == .no)
        let unlimited = Self.package(
            "npm",
            ["ranges": Self.range("SEMVER", [["introduced": "1.0.0"], ["limit": "*"]])]
        )
        #expect(AffectedVersions.contain("9.0.0", in: try affected(unlimited)) == .yes(fixedIn: []))
    }

    @Test func listedVersionsCountBesideRanges() throws {
        let json = Self.package(
            "PyPI",
            [
                "versions": ["0.9", "3.0.0"],
                "ranges": Self.range("ECOSYSTEM", [["introduced": "1.0"], ["fixed": "2.0"]]),
            ]
        )
        #expect(AffectedVersions.contain("0.9", in: try affected(json)) == .yes(fixedIn: ["2.0"]))
        #expect(AffectedVersions.contain("3.0", in: try affected(json)) == .yes(fixedIn: []), "3.0 is 3.0.0")
        #expect(AffectedVersions.contain("2.5", in: try affected(json)) == .no)
    }

    @Test func aRangeOfCommitsHidesNothing() throws {
        let git: JSON = ["type": "GIT", "events": [["introduced": "0"], ["fixed": "abc"]]]
        let semver: JSON = ["type": "SEMVER", "events": [["introduced": "1.0.0"], ["fixed": "2.0.0"]]]
        let both = Self.package("npm", ["ranges": [git, semver]])
        #expect(AffectedVersions.contain("1.5.0", in: try affected(both)) == .yes(fixedIn: ["2.0.0"]))
        #expect(AffectedVersions.contain("2.0.0", in: try affected(both)) == .no)
        let listed = Self.package("npm", ["ranges": [git], "versions": ["1.0.0"]])
        #expect(AffectedVersions.contain("1.0.0", in: try affected(listed)) == .yes(fixedIn: []))
        #expect(AffectedVersions.contain("1.0.1", in: try affected(listed)) == .no)
        let only = Self.package("npm", ["ranges": [git]])
        #expect(AffectedVersions.contain("1.0.0", in: try affected(only)).isUnknown)
    }

    @Test func whatCannotBeJudgedIsUnknown() throws {
        let composer = Self.package("Packagist", ["ranges": Self.range("ECOSYSTEM", [["introduced": "0"]])])
        #expect(AffectedVersions.contain("1.0", in: try affected(composer)).isUnknown, "an order nobody here knows")
        #expect(AffectedVersions.contain("not a version", in: try affected(Self.twoRanges)).isUnknown)
        let broken = Self.package("npm", ["ranges": Self.range("SEMVER", [["introduced": "0"], ["fixed": "x.y"]])])
        #expect(AffectedVersions.contain("1.0.0", in: try affected(broken)).isUnknown)
        let future = Self.package("npm", ["ranges": Self.range("PHASES", [["introduced": "0"]])])
        #expect(AffectedVersions.contain("1.0.0", in: try affected(future)).isUnknown)
    }

    @Test(arguments: [("2.36-9+deb12u4", true), ("2.36-9+deb12u10", false), ("2.36-10", false), ("1:0", false)])
    func ordersDebianVersions(version: String, vulnerable: Bool) throws {
        let json = Self.package(
            "Debian:12",
            ["ranges": Self.range("ECOSYSTEM", [["introduced": "0"], ["fixed": "2.36-9+deb12u10"]])]
        )
        let answer = AffectedVersions.contain(version, in: try affected(json))
        #expect(answer == (vulnerable ? .yes(fixedIn: ["2.36-9+deb12u10"]) : .no))
    }

    /// Real records that list versions beside ranges: the two must agree, which is a test of the order of versions.
    @Test(.enabled(if: SharedData.has("advisories"), "there is no shared/advisories beside the repository"))
    func realRecordsAgreeWithThemselves() throws {
        let folder = try TemporaryFolder()
        let directory = folder.path("db")
        let result = try AdvisoryImport.run(
            from: [SharedData.folder.appending(path: "advisories")],
            into: directory,
            now: nil
        )
        #expect(result.rejected.isEmpty, "\(result.rejected)")
        #expect(result.metadata.records >= 175)
        var compared = 0
        for line in try String(contentsOf: Self.records(in: directory), encoding: .utf8).split(separator: "\n") {
            let advisory = try Advisory(json: JSON(parsing: String(line)))
            for affected in advisory.affected {
                let ranges = affected.ranges.filter { $0.type != .git }
                let fixes = ranges.flatMap(\.events).compactMap { event in
                    if case .fixed(let version) = event { version } else { nil }
                }
                for version in affected.versions {
                    let answer = AffectedVersions.contain(version, in: affected)
                    #expect(answer.isYes, "\(advisory.id): \(version) is listed")
                    compared += 1
                }
                for fix in fixes where !affected.versions.contains(fix) && ranges.count == 1 {
                    #expect(!AffectedVersions.contain(fix, in: affected).isYes, "\(advisory.id): \(fix) repairs it")
                    compared += 1
                }
            }
        }
        #expect(compared > 1000)
    }

    private static func records(in directory: URL) throws -> URL {
        let name = try String(contentsOf: directory.appending(path: "current"), encoding: .utf8)
        return directory.appending(path: name.trimmingCharacters(in: .newlines)).appending(path: "advisories.jsonl")
    }
}

extension AffectedVersions.Answer {
    var isUnknown: Bool { if case .unknown = self { true } else { false } }
    var isYes: Bool { if case .yes = self { true } else { false } }
}

@Suite struct AliasGroupsTests {
    private func advisory(_ id: String, aliases: [String] = [], upstream: [String] = []) throws -> Advisory {
        try Advisory(
            json: [
                "id": .string(id), "aliases": .array(aliases.map(JSON.string)),
                "upstream": .array(upstream.map(JSON.string)),
            ]
        )
    }

    @Test func followsChainsOfAliases() throws {
        let advisories = [
            try advisory("PYSEC-1", aliases: ["CVE-2024-2"]),
            try advisory("GHSA-a", aliases: ["CVE-2024-1", "CVE-2024-2"]),
            try advisory("GO-1", aliases: ["CVE-2024-1"]), try advisory("RUSTSEC-1", aliases: []),
        ]
        for order in [advisories, advisories.reversed()] {
            var groups = AliasGroups()
            for advisory in order { groups.add(advisory) }
            #expect(groups.root("PYSEC-1") == groups.root("GO-1"))
            #expect(groups.root("GHSA-a") == groups.root("CVE-2024-2"))
            #expect(groups.root("RUSTSEC-1") != groups.root("GO-1"))
        }
    }

    @Test func survivesALongChain() throws {
        var groups = AliasGroups()
        for number in 0..<20_000 { groups.add(try advisory("A-\(number)", aliases: ["A-\(number + 1)"])) }
        #expect(groups.root("A-0") == groups.root("A-20000"))
    }

    @Test func aDistributionsRecordIsItsVulnerabilityOnlyWhereItIsAboutOne() throws {
        var groups = AliasGroups()
        groups.add(try advisory("DEBIAN-CVE-2024-1", upstream: ["CVE-2024-1"]))
        groups.add(try advisory("DSA-1-1", upstream: ["CVE-2024-1", "CVE-2024-2"]))
        #expect(groups.root("DEBIAN-CVE-2024-1") == groups.root("CVE-2024-1"))
        #expect(groups.root("DSA-1-1") != groups.root("CVE-2024-1"))
    }

    @Test(
        arguments: [
            (["GHSA-x", "CVE-2024-10", "CVE-2024-9"], "CVE-2024-9"), (["PYSEC-1", "GHSA-b", "GHSA-a"], "GHSA-a"),
            (["RUSTSEC-2", "RUSTSEC-1"], "RUSTSEC-1"),
        ]
    )
    func choosesAName(names: [String], best: String) {
        #expect(AliasGroups.bestName(Set(names)) == best)
    }
}
