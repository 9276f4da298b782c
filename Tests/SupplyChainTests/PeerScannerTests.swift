import Core
import Foundation
import Images
import ImagesTestSupport
import Testing

@testable import SupplyChain

/// The peers themselves are not here: their reports are of the form that they document, and a script stands for the
/// program.
@Suite struct PeerScannerTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let trivy = """
        {"SchemaVersion": 2, "ArtifactName": "sbom.cdx.json", "ArtifactType": "cyclonedx", "Results": [
          {"Target": "debian", "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": [
            {"VulnerabilityID": "CVE-2024-5535", "VendorIDs": ["DSA-1"], "PkgName": "openssl",
             "PkgIdentifier": {"PURL": "pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12"},
             "InstalledVersion": "3.0.11-1", "FixedVersion": "3.0.14-1, 3.1.0-1", "Severity": "CRITICAL",
             "SeveritySource": "nvd", "Title": "openssl: overread", "PrimaryURL": "https://avd.example.com/1",
             "CVSS": {"nvd": {"V3Vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:H", "V3Score": 9.1}},
             "References": ["https://example.com/a"]},
            {"VulnerabilityID": "CVE-2024-1", "PkgName": "gone", "InstalledVersion": "1", "Severity": "UNKNOWN"}]},
          {"Target": "Java", "Class": "lang-pkgs"}]}
        """
    private static let grype = """
        {"matches": [{"vulnerability": {"id": "GHSA-xxxx", "dataSource": "https://github.com/advisories/GHSA-xxxx",
            "namespace": "github:language:python", "severity": "Medium", "description": "A flaw.\\nMore.",
            "cvss": [{"version": "3.1", "vector": "CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:N/I:N/A:H"}],
            "fix": {"versions": ["2.0"], "state": "fixed"}, "urls": []},
          "relatedVulnerabilities": [{"id": "CVE-2024-7"}],
          "artifact": {"name": "flask", "version": "1.0", "type": "python", "purl": "pkg:pypi/flask@1.0"}}],
         "source": {"type": "sbom"}, "descriptor": {"name": "grype", "version": "0.80.0"}}
        """

    private func document() throws -> SBOMDocument {
        var inventory = Inventory(subject: InventorySubject(kind: .folder, name: "x"))
        for text in [
            "pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12&upstream=openssl", "pkg:pypi/flask@1.0",
        ] {
            var package = PackageURLDecoder.package(try #require(PackageURL(parsing: text)))
            package.locations = [SoftwarePackage.Location(path: "found/here")]
            inventory.add(package)
        }
        return SBOMDocument(inventory: inventory, created: "2026-01-01T00:00:00Z", toolVersion: "1")
    }

    /// A program of this name that writes down its arguments and prints a text.
    private func install(_ name: String, prints text: String, exit status: Int = 0) throws -> [String: String] {
        try folder.write(text, to: "answer.json")
        let script =
            "#!/bin/sh\necho \"$@\" > \(folder.path("arguments").path)\nfor last; do :; done\ncat \"${last#sbom:}\" > \(folder.path("input.json").path)\ncat \(folder.path("answer.json").path)\necho 'it went wrong' >&2\nexit \(status)\n"
        try folder.write(script, to: "bin/\(name)")
        chmod(folder.path("bin/\(name)").path, 0o755)
        return ["PATH": "\(folder.path("bin").path):/usr/bin:/bin"]
    }

    @Test func readsTrivysReport() async throws {
        let variables = try install("trivy", prints: Self.trivy)
        let findings = try await PeerScanner.trivy.scan(try document(), variables: variables)
        let first = try #require(findings.first { $0.name == "CVE-2024-5535" })
        #expect(first.identifiers == ["CVE-2024-5535", "DSA-1"])
        #expect(first.severity == .critical && first.rating.score == 9.1 && first.rating.source == "Trivy (nvd)")
        #expect(first.fixedIn == ["3.0.14-1", "3.1.0-1"])
        #expect(
            first.package.locations.map(\.path) == ["found/here"],
            "the package that was listed, though a qualifier differs"
        )
        #expect(findings.first { $0.name == "CVE-2024-1" }?.severity == .unknown)
        let arguments = try String(contentsOf: folder.path("arguments"), encoding: .utf8)
        #expect(arguments.hasPrefix("sbom --quiet --format json "))
        let input = try SBOMReader.read(Array(Data(contentsOf: folder.path("input.json"))))
        #expect(input.inventory.packages.count == 2, "it got the bill of materials")
    }

    @Test func readsGrypesReport() async throws {
        let variables = try install("grype", prints: Self.grype)
        let findings = try await PeerScanner.grype.scan(try document(), variables: variables)
        #expect(findings.map(\.name) == ["CVE-2024-7"])
        #expect(findings.first?.severity == .medium && findings.first?.rating.score == 5.5)
        #expect(findings.first?.advice == "Update flask to 2.0 or later.")
        #expect(findings.first?.summary == "A flaw.")
    }

    @Test(arguments: PeerScanner.allCases)
    func aPeerThatFailsIsNoCleanScan(peer: PeerScanner) async throws {
        let document = try document()
        for (text, status) in [(Self.grype, 1), ("", 0), ("not json", 0), (#"{"SchemaVersion": 3}"#, 0), ("{}", 0)] {
            let variables = try install(peer.rawValue, prints: text, exit: status)
            await #expect(throws: SlipwayError.self, "\(text.prefix(20)) \(status)") {
                try await peer.scan(document, variables: variables)
            }
        }
        let error = await #expect(throws: SlipwayError.self) {
            try await peer.scan(document, variables: ["PATH": "/nonexistent"])
        }
        #expect(error?.exitCode == .external)
    }
}
