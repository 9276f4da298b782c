import Core
import Foundation
import Images
import ImagesTestSupport
import Testing

@testable import SupplyChain

@Suite struct SBOMTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A folder with packages of many kinds, and names and licences that need care.
    private func document() throws -> SBOMDocument {
        let status = """
            Package: libc6
            Status: install ok installed
            Architecture: amd64
            Source: glibc
            Version: 2.36-9+deb12u10
            Maintainer: GNU Libc Maintainers <debian-glibc@lists.debian.org>

            Package: g++
            Status: install ok installed
            Architecture: amd64
            Version: 4:12.2.0-3
            Maintainer: Somebody

            """
        try folder.write(status, to: "var/lib/dpkg/status")
        try folder.write("ID=debian\nVERSION_ID=12\n", to: "etc/os-release")
        let copyright =
            "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nLicense: LGPL-2.1+ and odd (custom)\n\nLicense: GPL-2+\n"
        try folder.write(copyright, to: "usr/share/doc/libc6/copyright")
        let lock =
            #"{"lockfileVersion":3,"packages":{"node_modules/@s/b":{"version":"2.0.0","license":"(MIT OR Apache-2.0)"},"node_modules/c":{"version":"1.0.0","license":"MIT"}}}"#
        try folder.write(lock, to: "app/package-lock.json")
        try folder.write("a+b==1\nunpinned\n", to: "app/requirements.txt")
        try folder.write("", to: "app/mix.lock")
        let inventory = try FolderInventory.read(folder.url)
        return SBOMDocument(inventory: inventory, created: "2026-01-02T03:04:05Z", toolVersion: "0.1.0")
    }

    @Test(arguments: SBOMDocument.Format.allCases)
    func equalContentGivesEqualDocuments(format: SBOMDocument.Format) throws {
        let first = try document().json(format)
        #expect(try document().json(format) == first)
        try folder.write("added==1\n", to: "app/requirements.txt")
        let inventory = try FolderInventory.read(folder.url)
        let second = SBOMDocument(inventory: inventory, created: "2026-01-02T03:04:05Z", toolVersion: "0.1.0").json(
            format
        )
        let key = format == .spdx ? "documentNamespace" : "serialNumber"
        #expect(second[key] != first[key], "another content has another name")
    }

    @Test(arguments: SBOMDocument.Format.allCases)
    func readsBackWhatItWrote(format: SBOMDocument.Format) throws {
        let document = try document()
        let read = try SBOMReader.read(Array(document.json(format).data())).inventory
        #expect(read.packages.map(\.purl) == document.inventory.packages.map(\.purl))
        #expect(read.packages.map(\.advisoryName) == document.inventory.packages.map(\.advisoryName))
        #expect(read.packages.map(\.advisoryVersion) == document.inventory.packages.map(\.advisoryVersion))
        #expect(read.packages.map(\.ecosystem) == document.inventory.packages.map(\.ecosystem))
    }

    @Test(.enabled("spdx-tools (PyPI) is not installed") { await Python.has("spdx_tools.spdx") })
    func spdxToolsFindNothingWrong() async throws {
        let file = folder.path("x.spdx.json")
        try document().json(.spdx).data().write(to: file)
        let code = """
            import sys
            from spdx_tools.spdx.parser.parse_anything import parse_file
            from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
            for message in validate_full_spdx_document(parse_file(open(sys.argv[1]).read().strip())):
                print(message.validation_message)
            """
        #expect(try await Python.run(code, lines: [file.path]).isEmpty)
    }

    @Test(
        .enabled("cyclonedx-python-lib[validation] (PyPI) is not installed") {
            await Python.has("cyclonedx.validation.json", "jsonschema")
        }
    )
    func cycloneDXsSchemaFindsNothingWrong() async throws {
        let file = folder.path("x.cdx.json")
        try document().json(.cyclonedx).data().write(to: file)
        let code = """
            import sys
            from cyclonedx.validation.json import JsonStrictValidator
            from cyclonedx.schema import SchemaVersion
            error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(open(sys.argv[1]).read().strip()).read())
            if error: print(error)
            """
        #expect(try await Python.run(code, lines: [file.path]).isEmpty)
    }

    @Test func saysInTheDocumentWhatIsNotKnown() throws {
        let spdx = try document().json(.spdx)
        #expect(spdx["comment"]?.string?.contains("mix.lock") == true)
        let cyclonedx = try document().json(.cyclonedx)
        #expect(cyclonedx["properties"]?.array?.contains { $0["value"]?.string?.contains("mix.lock") == true } == true)
    }

    @Test(
        arguments: [
            (["MIT"], "MIT"), (["GPL-2+"], "GPL-2.0-or-later"), (["Expat", "BSD-3-clause"], "BSD-3-Clause AND MIT"),
            (["(MIT OR Apache-2.0)"], "(MIT OR Apache-2.0)"), (["MIT/Apache-2.0"], "MIT OR Apache-2.0"),
            (["GPL-2+ or Artistic"], "GPL-2.0-or-later OR Artistic-1.0-Perl"),
            (["MIT", "GPL-2+ or Artistic"], "(GPL-2.0-or-later OR Artistic-1.0-Perl) AND MIT"),
            (["My own, (special)"], "LicenseRef-My-own---special-"), (["MIT OR"], "LicenseRef-MIT-OR"),
            (["OR MIT"], "LicenseRef-OR-MIT"), (["(MIT"], "LicenseRef--MIT"),
        ] as [([String], String)]
    )
    func writesLicenceExpressions(found: [String], expression: String) {
        #expect(LicenseExpression(found: found)?.text == expression)
    }

    @Test(arguments: ["{}", "[]", "x", #"{"spdxVersion":"SPDX-3.0"}"#, #"{"bomFormat":"other"}"#])
    func refusesWhatIsNoBillOfMaterials(text: String) {
        #expect(throws: SlipwayError.self) { try SBOMReader.read(Array(text.utf8)) }
    }

    @Test func aPackageWithoutAnIdentityIsUnknown() throws {
        let text =
            #"{"bomFormat":"CycloneDX","components":[{"type":"library","name":"x","version":"1","components":[{"type":"library","name":"y","purl":"pkg:npm/y@1"}]},{"type":"file","name":"z"}]}"#
        let inventory = try SBOMReader.read(Array(text.utf8)).inventory
        #expect(inventory.packages.map(\.name) == ["y"])
        #expect(inventory.unknowns.map(\.rule) == ["no-identity"])
    }

    @Test func readsWhatSwiftPMPrints() throws {
        let json: JSON = [
            "identity": "root",
            "dependencies": [
                [
                    "identity": "swift-nio", "url": "https://github.com/apple/swift-nio.git", "version": "2.101.2",
                    "dependencies": [
                        [
                            "identity": "swift-atomics", "url": "https://github.com/apple/swift-atomics.git",
                            "version": "1.3.0", "dependencies": [],
                        ]
                    ],
                ],
                [
                    "identity": "swift-atomics", "url": "https://github.com/apple/swift-atomics.git",
                    "version": "1.3.0",
                    "dependencies": [],
                ],
            ],
        ]
        let packages = try SwiftDependencies.read(showDependencies: json)
        #expect(
            packages.map(\.purl.description) == [
                "pkg:swift/github.com/apple/swift-atomics@1.3.0", "pkg:swift/github.com/apple/swift-nio@2.101.2",
            ]
        )
        #expect(throws: SlipwayError.self) { try SwiftDependencies.read(showDependencies: ["dependencies": [[:]]]) }
    }

    @Test func knowsWhatAUserMeans() async throws {
        let store = ImageStore(directory: folder.path("layout"))
        let image = try store.storeImage([try LayerFixture.layer(.file("a", "1")).tar()], name: "localhost/api:1")
        func kind(_ text: String) async throws -> InventorySubject {
            try await InventoryTarget(text, store: store).read().subject
        }
        #expect(try await kind("api:1").digest == image.digest)
        #expect(try await kind("image:localhost/api@\(image.digest)").kind == .image)
        #expect(try await kind("oci:\(store.directory.path)").digest == image.digest)
        #expect(try await kind("oci:\(store.directory.path):localhost/api:1").name == "localhost/api:1")
        #expect(try await kind(store.directory.path).kind == .image, "a layout is an image")
        #expect(try await kind("dir:\(store.directory.path)").kind == .folder)
        try document().json(.spdx).data().write(to: folder.path("x.json"))
        #expect(try await kind(folder.path("x.json").path).kind == .document)
        for missing in ["nothing:1", "dir:/nonexistent", "sbom:/nonexistent", "oci:/nonexistent", "image:x@sha256:1"] {
            #expect(throws: SlipwayError.self, "\(missing)") { try InventoryTarget(missing, store: store) }
        }
        _ = try store.storeImage([try LayerFixture.layer(.file("b", "1")).tar()], name: "localhost/other:1")
        let error = #expect(throws: SlipwayError.self) {
            try InventoryTarget("oci:\(store.directory.path)", store: store)
        }
        #expect(error?.next?.contains("localhost/other:1") == true)
    }
}
