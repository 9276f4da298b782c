import Core
import Foundation
import Images
import ImagesTestSupport
import Testing

@testable import SupplyChain

@Suite struct CatalogerTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func inventory() throws -> Inventory { try FolderInventory.read(folder.url) }

    private func purls() throws -> [String] { try inventory().packages.map(\.purl.description) }

    private static let status = """
        Package: libc6
        Status: install ok installed
        Maintainer: GNU Libc Maintainers <debian-glibc@lists.debian.org>
        Architecture: amd64
        Source: glibc
        Version: 2.36-9+deb12u10
        Description: libraries
         a line that goes on
         .
         Package: not-a-field

        Package: gone
        Status: deinstall ok config-files
        Architecture: amd64
        Version: 1.0

        Package: half
        Status: install ok half-installed
        Version: 1.0

        Package: libfoo1
        Status: install ok installed
        Architecture: all
        Source: foo (1:2.0-1)
        Version: 1:2.0-1+b2

        """
    private static let debian = "ID=debian\nVERSION_ID=\"12\"\nNAME='Debian'\n"

    @Test func readsDpkgsStatus() throws {
        try folder.write(Self.status, to: "var/lib/dpkg/status")
        try folder.write(Self.debian, to: "usr/lib/os-release")
        let copyright = """
            Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

            Files: *
            License: LGPL-2.1+

            License: GPL-2+
             text
            """
        try folder.write(copyright, to: "usr/share/doc/libc6/copyright")
        let packages = try inventory().packages
        #expect(
            packages.map(\.purl.description) == [
                "pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64&distro=debian-12&upstream=glibc",
                "pkg:deb/debian/libfoo1@1:2.0-1%2Bb2?arch=all&distro=debian-12&upstream=foo%401:2.0-1",
            ],
            "only what is installed"
        )
        #expect(packages.map(\.advisoryName) == ["glibc", "foo"], "the source package decides")
        #expect(packages.map(\.advisoryVersion) == ["2.36-9+deb12u10", "1:2.0-1"])
        #expect(packages[0].ecosystem?.description == "Debian:12")
        #expect(packages[0].licenses == ["GPL-2+", "LGPL-2.1+"])
        #expect(packages[0].supplier == "GNU Libc Maintainers <debian-glibc@lists.debian.org>")
        #expect(try inventory().unknowns.isEmpty)
    }

    @Test func readsSingleRecordsAndCountsAPackageOnce() throws {
        let record = "Package: tzdata\nVersion: 2025b-0+deb12u2\nArchitecture: all\n"
        try folder.write(record, to: "var/lib/dpkg/status.d/tzdata")
        try folder.write("0123456789abcdef0123456789abcdef  usr/x\n", to: "var/lib/dpkg/status.d/tzdata.md5sums")
        try folder.write("Status: install ok installed\n" + record, to: "var/lib/dpkg/status")
        try folder.write(Self.debian, to: "etc/os-release")
        let packages = try inventory().packages
        #expect(packages.map(\.name) == ["tzdata"])
        #expect(packages[0].locations.map(\.path) == ["var/lib/dpkg/status", "var/lib/dpkg/status.d/tzdata"])
    }

    @Test func saysWhereADistributionIsUnknown() throws {
        try folder.write(Self.status, to: "var/lib/dpkg/status")
        #expect(try inventory().unknowns.map(\.rule) == ["unknown-distribution"])
        #expect(try inventory().packages.allSatisfy { $0.ecosystem == nil })
    }

    @Test(.enabled(if: Tool.has("dpkg-query"), "dpkg is not installed"))
    func findsWhatDpkgFinds() async throws {
        let query = [
            "-W", "-f", "${db:Status-Status} ${binary:Package} ${Version} ${source:Package} ${source:Version}\n",
        ]
        let outcome = try await Tool.run("dpkg-query", query)
        let expected = outcome.output.split(separator: "\n").compactMap { line -> String? in
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 5, words[0] == "installed" else { return nil }
            let name = words[1].split(separator: ":")[0]
            return "\(name) \(words[2]) \(words[3]) \(words[4])"
        }
        try folder.write("", to: "var/lib/dpkg/x")
        try FileManager.default.copyItem(
            at: URL(filePath: "/var/lib/dpkg/status"),
            to: folder.path("var/lib/dpkg/status")
        )
        let found = try inventory().packages.map { package in
            "\(package.name) \(package.version ?? "") \(package.advisoryName) \(package.advisoryVersion ?? "")"
        }
        #expect(Set(found) == Set(expected))
    }

    @Test func readsApksDatabase() throws {
        let installed = "P:libcrypto3\nV:3.3.1-r0\nA:x86_64\no:openssl\nL:Apache-2.0\n\nP:musl\nV:1.2.5-r0\nA:x86_64\n"
        try folder.write(installed, to: "lib/apk/db/installed")
        try folder.write("ID=alpine\nVERSION_ID=3.20.1\n", to: "etc/os-release")
        let packages = try inventory().packages
        #expect(packages.map(\.advisoryName) == ["openssl", "musl"])
        #expect(packages.allSatisfy { $0.ecosystem?.description == "Alpine:v3.20" })
        #expect(packages[0].purl.description.hasPrefix("pkg:apk/alpine/libcrypto3@3.3.1-r0?"))
    }

    static let resolved: [(String, String)] = [
        (
            "1",
            #"""
            {"object":{"pins":[{"package":"swift-nio","repositoryURL":"https://github.com/apple/swift-nio.git",
            "state":{"branch":null,"revision":"abc","version":"2.101.2"}},
            {"package":"x","repositoryURL":"git@github.com:team/x.git","state":{"branch":"main","revision":"0123456789abcdef0123456789abcdef01234567","version":null}}]},"version":1}
            """#
        ),
        (
            "2",
            #"""
            {"pins":[{"identity":"swift-nio","kind":"remoteSourceControl","location":"https://github.com/apple/swift-nio",
            "state":{"revision":"abc","version":"2.101.2"}},
            {"identity":"x","kind":"remoteSourceControl","location":"ssh://git@github.com/team/x.git","state":{"branch":"main","revision":"0123456789abcdef0123456789abcdef01234567"}}],"version":2}
            """#
        ),
        (
            "3",
            #"""
            {"originHash":"1","pins":[{"identity":"swift-nio","kind":"remoteSourceControl","location":"https://github.com/apple/swift-nio.git",
            "state":{"revision":"abc","version":"2.101.2"}},
            {"identity":"x","kind":"remoteSourceControl","location":"https://github.com/team/x","state":{"branch":"main","revision":"0123456789abcdef0123456789abcdef01234567"}}],"version":3}
            """#
        ),
    ]

    @Test(arguments: resolved)
    func readsPackageResolved(version: String, text: String) throws {
        try folder.write(text, to: "Package.resolved")
        try folder.write("dependencies: [.package(url: \"x\")]", to: "Package.swift")
        let packages = try inventory().packages
        #expect(
            packages.map(\.purl.description) == [
                "pkg:swift/github.com/apple/swift-nio@2.101.2",
                "pkg:swift/github.com/team/x@0123456789abcdef0123456789abcdef01234567",
            ]
        )
        #expect(packages.map(\.advisoryName) == ["github.com/apple/swift-nio", "github.com/team/x"])
        #expect(packages.map(\.advisoryVersion) == ["2.101.2", nil], "a commit has no place in an order")
        #expect(packages[0].locations.first?.line != nil)
        #expect(try inventory().unknowns.isEmpty)
    }

    @Test func aPackageThatIsNotResolvedIsUnknown() throws {
        try folder.write("dependencies: [.package(url: \"x\")]", to: "Sub/Package.swift")
        try folder.write("no dependencies", to: "Package.swift")
        #expect(try inventory().unknowns.map(\.rule) == ["unresolved-dependencies"])
    }

    @Test(arguments: ["{}", "[]", "x", #"{"version":4,"pins":[]}"#, #"{"version":2}"#, #"{"version":2,"pins":[{}]}"#])
    func aDamagedListIsUnknownAndNeverEmpty(text: String) throws {
        try folder.write(text, to: "Package.resolved")
        #expect(try inventory().unknowns.map(\.rule) == ["unreadable-file"])
    }

    @Test func readsWhatPythonHasInstalled() throws {
        let metadata = """
            Metadata-Version: 2.1
            Name: Flask_Thing
            Version: 2.0.1
            License: BSD-3-Clause
            Classifier: License :: OSI Approved :: BSD License

            Name: not this one
            """
        try folder.write(metadata, to: "usr/lib/python3/site-packages/Flask_Thing-2.0.1.dist-info/METADATA")
        try folder.write("Name: Old\r\nVersion: 1\r\n\r\ntext", to: "opt/Old.egg-info/PKG-INFO")
        try folder.write("Name: Older\nVersion: 0.1\nLicense: UNKNOWN\n", to: "opt/Older-0.1.egg-info")
        #expect(try purls() == ["pkg:pypi/flask-thing@2.0.1", "pkg:pypi/old@1", "pkg:pypi/older@0.1"])
        #expect(try inventory().packages[0].licenses == ["BSD-3-Clause"])
    }

    @Test func readsPythonsLists() throws {
        let requirements = """
            # comment
            -r other.txt
            --index-url https://example.com
            flask[async]==2.0.1 ; python_version > "3"   # why
            Requests >= 2
            exact===1.0 --hash=sha256:aa
            range==1.*
            continued==3.0 \\
                --hash=sha256:bb
            """
        try folder.write(requirements, to: "a/requirements-dev.txt")
        let lock = """
            # generated
            [[package]]
            name = "click"
            version = "8.1.7"
            files = [
                {file = "x"},
            ]

            [package.dependencies]
            version = "not this"

            [[package]]
            version = "1.0"
            name = "attrs"
            [metadata]
            name = "nor this"
            """
        try folder.write(lock, to: "b/poetry.lock")
        try folder.write(#"{"default":{"x":{"version":"==1.2"}},"develop":{"y":{}}}"#, to: "c/Pipfile.lock")
        #expect(
            try purls() == [
                "pkg:pypi/attrs@1.0", "pkg:pypi/click@8.1.7", "pkg:pypi/continued@3.0", "pkg:pypi/exact@1.0",
                "pkg:pypi/flask@2.0.1", "pkg:pypi/range", "pkg:pypi/requests", "pkg:pypi/x@1.2", "pkg:pypi/y",
            ]
        )
        let flask = try #require(try inventory().packages.first { $0.name == "flask" })
        #expect(flask.locations.first?.line == 4)
    }

    @Test func readsNpmsLockFilesAndInstalledPackages() throws {
        let flat = #"""
            {"name":"app","lockfileVersion":3,"packages":{"":{"name":"app","version":"1.0.0"},
            "node_modules/a":{"version":"1.0.0","license":"MIT"},
            "node_modules/a/node_modules/@s/b":{"version":"2.0.0"},
            "packages/own":{"version":"0.0.1"},"node_modules/own":{"link":true,"resolved":"packages/own"}}}
            """#
        try folder.write(flat, to: "one/package-lock.json")
        let tree =
            #"{"lockfileVersion":1,"dependencies":{"c":{"version":"3.0.0","dependencies":{"d":{"version":"4.0.0"}}}}}"#
        try folder.write(tree, to: "two/package-lock.json")
        try folder.write(#"{"name":"@t/e","version":"5.0.0"}"#, to: "three/node_modules/@t/e/package.json")
        try folder.write(#"{"name":"inner","version":"0"}"#, to: "three/node_modules/@t/e/lib/package.json")
        try folder.write(#"{"name":"app","version":"1"}"#, to: "three/package.json")
        try folder.write("", to: "four/bun.lockb")
        #expect(
            try purls() == [
                "pkg:npm/%40s/b@2.0.0", "pkg:npm/%40t/e@5.0.0", "pkg:npm/a@1.0.0", "pkg:npm/c@3.0.0", "pkg:npm/d@4.0.0",
            ]
        )
        #expect(try inventory().unknowns.map(\.rule) == ["unsupported-format"], "Bun's list is said not to be read")
    }

    @Test func readsCargosAndGosLists() throws {
        let cargo = """
            [[package]]
            name = "own"
            version = "0.1.0"

            [[package]]
            name = "serde"
            version = "1.0.200"
            source = "registry+https://github.com/rust-lang/crates.io-index"
            """
        try folder.write(cargo, to: "Cargo.lock")
        let modules = """
            module example.com/own
            go 1.22
            require example.com/one v1.2.3
            require (
                github.com/Two/x/v2 v2.0.0 // indirect
            )
            replace example.com/one => ../one
            """
        try folder.write(modules, to: "go.mod")
        #expect(
            try purls() == [
                "pkg:cargo/serde@1.0.200", "pkg:golang/example.com/one@v1.2.3", "pkg:golang/github.com/two/x/v2@v2.0.0",
            ]
        )
    }

    /// A file with Go's build information, at an offset of one's choice.
    private func goProgram(offset: Int, modules: String) -> [UInt8] {
        func string(_ text: [UInt8]) -> [UInt8] {
            var length = text.count
            var bytes: [UInt8] = []
            repeat {
                bytes.append(UInt8(length & 0x7F) | (length > 0x7F ? 0x80 : 0))
                length >>= 7
            } while length > 0
            return bytes + text
        }
        var bytes: [UInt8] = [0x7F, 0x45, 0x4C, 0x46] + [UInt8](repeating: 0xFF, count: offset - 4)
        bytes += [0xFF] + Array(" Go buildinf:".utf8) + [8, 2] + [UInt8](repeating: 0, count: 16)
        let mark = [UInt8](repeating: 0xF9, count: 16)
        return bytes + string(Array("go1.22.1".utf8)) + string(mark + Array(modules.utf8) + mark) + [0, 0, 0, 0]
    }

    @Test(arguments: [64, 131_060, 131_072, 262_130, 1_000_000])
    func readsGosBuildInformationWhereverItLies(offset: Int) throws {
        let modules =
            "path\tx\nmod\texample.com/own\t(devel)\t\ndep\texample.com/one\tv1.0.0\th1:\ndep\texample.com/two\tv1.0.0\n=>\texample.com/fork\tv1.1.0\th1:\n"
        try Data(goProgram(offset: offset, modules: modules)).write(to: folder.path("program"))
        chmod(folder.path("program").path, 0o755)
        #expect(
            try purls() == [
                "pkg:golang/example.com/fork@v1.1.0", "pkg:golang/example.com/one@v1.0.0", "pkg:golang/example.com/own",
                "pkg:golang/stdlib@1.22.1",
            ]
        )
    }

    @Test(.enabled(if: Tool.has("umoci"), "no program written in Go is installed"))
    func readsARealGoProgram() async throws {
        let path = try #require(["/usr/bin/umoci"].first(where: FileManager.default.fileExists))
        try FileManager.default.copyItem(at: URL(filePath: path), to: folder.path("umoci"))
        let packages = try inventory().packages
        #expect(packages.contains { $0.name == "stdlib" && $0.version?.hasPrefix("1.") == true })
    }

    @Test func passesBuildFoldersAndLinksBy() throws {
        for name in [".git", ".build/checkouts/x", ".slipway", "real"] {
            try folder.write("flask==1.0", to: "\(name)/requirements.txt")
        }
        let link = folder.path("link").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path("real").path)
        #expect(try inventory().packages.first?.locations.map(\.path) == ["real/requirements.txt"])
    }
}

@Suite struct ImageInventoryTests {
    typealias Member = LayerFixture.Member

    private func inventory(_ layers: [[Member]]) throws -> Inventory {
        let folder = try TemporaryFolder()
        let store = ImageStore(directory: folder.path("layout"))
        let image = try store.storeImage(try layers.map { try LayerFixture($0).tar() })
        return try ImageInventory.read(image.digest, named: "localhost/x:1", from: store)
    }

    private static func requirements(_ path: String, _ name: String) -> Member { .file(path, "\(name)==1.0\n") }

    @Test func seesTheFilesThatAContainerSees() throws {
        let found = try inventory([
            [
                Self.requirements("a/requirements.txt", "replaced"),
                Self.requirements("b/requirements.txt", "whiteout"),
                Self.requirements("c/requirements.txt", "opaque"), Self.requirements("d/requirements.txt", "stays"),
                Self.requirements("e/x/requirements.txt", "under-a-removed-folder"),
                Self.requirements("f/requirements.txt", "under-a-link"),
            ],
            [
                Self.requirements("a/requirements.txt", "new"), .file("b/.wh.requirements.txt", ""),
                .file("c/.wh..wh..opq", ""), Self.requirements("c/x/requirements.txt", "beside-the-mark"),
                .file(".wh.e", ""), .link("f", to: "/d"),
            ],
            [Self.requirements("b/requirements.txt", "again")],
        ])
        #expect(found.packages.map(\.name) == ["again", "beside-the-mark", "new", "stays"])
        #expect(found.subject.digest != nil)
        #expect(Set(found.packages.compactMap { $0.locations.first?.layer }).count == 3, "each names its layer")
    }

    @Test func refusesADamagedLayer() throws {
        let folder = try TemporaryFolder()
        let store = ImageStore(directory: folder.path("layout"))
        let tar = try LayerFixture.layer(Self.requirements("requirements.txt", "x")).tar()
        let image = try store.storeImage([tar], diffIDs: [Digest.of(Data("other".utf8))])
        #expect(throws: SlipwayError.self) { try ImageInventory.read(image.digest, named: "x", from: store) }
    }

    @Test func readsWhatItsBuilderSaysAndNamesWhatNobodyDescribes() throws {
        let package = SoftwarePackage(
            purl: PackageURL(type: "swift", namespace: "github.com/apple", name: "swift-nio", version: "2.0.0"),
            name: "swift-nio",
            version: "2.0.0",
            ecosystem: Ecosystem("SwiftURL"),
            locations: []
        )
        let document = SwiftDependencies.document(
            [package],
            name: "api",
            executables: ["/app/api"],
            created: "2026-01-01T00:00:00Z",
            toolVersion: "1"
        )
        let program = "\u{7F}ELF" + String(repeating: "x", count: 100)
        let found = try inventory([
            [
                .file("app/api", program, mode: 0o755), .file("app/other", program, mode: 0o755),
                .file("usr/bin/tool", program, mode: 0o755), .file("app/script", "#!/bin/sh", mode: 0o755),
                .file("usr/local/share/sbom/api.cdx.json", String(decoding: document, as: UTF8.self)),
            ]
        ])
        #expect(found.packages.map(\.purl.description) == ["pkg:swift/github.com/apple/swift-nio@2.0.0"])
        #expect(found.packages.first?.advisoryName == "github.com/apple/swift-nio")
        #expect(found.unknowns.map(\.message) == ["nothing says what /app/other was built from"])
    }
}
