import Core
import Foundation
import GRDB
import Images
import ImagesTestSupport
import Testing

@testable import SupplyChain

/// Packages that are found in binaries: Java archives, programs, RPM databases.
@Suite struct CompiledCatalogTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func inventory() throws -> Inventory { try FolderInventory.read(folder.url) }
    private func purls() throws -> [String] { try inventory().packages.map(\.purl.description) }

    private func write(_ bytes: [UInt8], to path: String, executable: Bool = false) throws {
        let file = folder.path(path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        if executable { chmod(file.path, 0o755) }
    }

    // MARK: Java

    private static func pom(_ group: String, _ artifact: String, _ version: String) -> (String, String) {
        (
            "META-INF/maven/\(group)/\(artifact)/pom.properties",
            "#Created by Maven\r\nversion=\(version)\r\ngroupId=\(group)\r\nartifactId=\(artifact)\r\n"
        )
    }

    @Test func readsArchivesInArchives() throws {
        let inner = ZipFixture.make(texts: [Self.pom("org.slf4j", "slf4j-api", "2.0.9")])
        let middle = ZipFixture.make([("BOOT-INF/lib/renamed.jar", inner), ("x.txt", [1, 2, 3])])
        let outer = ZipFixture.make([("WEB-INF/lib/middle.jar", middle)])
        try write(outer, to: "srv/app.war")
        let package = try #require(try inventory().packages.first)
        #expect(package.purl.description == "pkg:maven/org.slf4j/slf4j-api@2.0.9")
        #expect(package.name == "org.slf4j:slf4j-api")
        #expect(package.ecosystem?.description == "Maven")
        #expect(package.locations.map(\.path) == ["srv/app.war!/WEB-INF/lib/middle.jar!/BOOT-INF/lib/renamed.jar"])
    }

    @Test func readsAllOfAShadedArchive() throws {
        let texts = [Self.pom("a.b", "one", "1"), Self.pom("a.b", "two", "2")]
        try write(ZipFixture.make(texts: texts), to: "all.jar")
        #expect(try purls() == ["pkg:maven/a.b/one@1", "pkg:maven/a.b/two@2"])
    }

    @Test func readsManifestsWhereMavenDidNotBuild() throws {
        let manifest =
            "Manifest-Version: 1.0\r\nBundle-SymbolicName: org.example.\r\n thing;singleton:=true\r\nBundle-Version: 9.9\r\nBundle-License: Apache-2.0\r\n\r\nName: x\r\nBundle-Version: 0\r\n"
        try write(ZipFixture.make(texts: [("META-INF/MANIFEST.MF", manifest)]), to: "thing-1.2.3.jar")
        let package = try #require(try inventory().packages.first)
        #expect(package.purl.description == "pkg:maven/org.example/thing@1.2.3")
        #expect(package.licenses == ["Apache-2.0"])
    }

    @Test func saysWhatCannotBeLookedUp() throws {
        try write(ZipFixture.make(texts: [("A.class", "")]), to: "nameless-1.0.jar")
        try write([1, 2, 3], to: "broken.jar")
        let inventory = try inventory()
        #expect(inventory.packages.map(\.purl.description) == ["pkg:maven/nameless@1.0"])
        #expect(inventory.packages.first?.ecosystem == nil)
        #expect(Set(inventory.unknowns.map(\.rule)) == ["unidentified-archive", "unreadable-file"])
    }

    // MARK: Programs

    @Test func readsTheCratesOfAProgram() throws {
        let list =
            #"{"packages":[{"name":"app","version":"0.1.0","source":"local","root":true},{"name":"serde","version":"1.0.203","source":"crates.io"},{"name":"cc","version":"1.0.0","source":"crates.io","kind":"build"},{"name":"fork","version":"2.0.0","source":"git"}]}"#
        let section = ZlibFixture.pack(Array(list.utf8))
        try write(ELFFixture.make([(".text", [0x90]), (".dep-v0", section)]), to: "usr/bin/app", executable: true)
        let packages = try inventory().packages
        #expect(
            packages.map(\.purl.description) == [
                "pkg:cargo/app@0.1.0", "pkg:cargo/fork@2.0.0", "pkg:cargo/serde@1.0.203",
            ]
        )
        #expect(packages.map(\.ecosystem?.description) == [nil, nil, "crates.io"])
        try write(ELFFixture.make([(".dep-v0", [1, 2, 3, 4, 5, 6, 7, 8])]), to: "usr/bin/broken", executable: true)
        #expect(try inventory().unknowns.map(\.rule) == ["unreadable-file"])
    }

    @Test func readsGosSectionWhereverItLies() throws {
        var section = Array("\u{FF} Go buildinf:".unicodeScalars.map { UInt8($0.value) }) + [8, 2]
        section += Array(repeating: 0, count: 16)
        let modules = "mod\texample.com/app\t(devel)\ndep\tgolang.org/x/net\tv0.17.0\n"
        let marked =
            Array(repeating: UInt8(0x30), count: 16) + Array(modules.utf8) + Array(repeating: UInt8(0x31), count: 16)
        section += [8] + Array("go1.22.1".utf8) + [UInt8(marked.count & 0x7F | (marked.count > 127 ? 0x80 : 0))]
        if marked.count > 127 { section.append(UInt8(marked.count >> 7)) }
        section += marked
        let program = ELFFixture.make([(".text", Array(repeating: 0x90, count: 5000)), (".go.buildinfo", section)])
        try write(program, to: "app", executable: true)
        #expect(
            try purls() == [
                "pkg:golang/example.com/app", "pkg:golang/golang.org/x/net@v0.17.0", "pkg:golang/stdlib@1.22.1",
            ]
        )
    }

    @Test func survivesDamagedPrograms() throws {
        let program = ELFFixture.make([(".dep-v0", ZlibFixture.pack(Array("{}".utf8)))])
        for (index, size) in [4, 20, 63, 64, 70, program.count - 1].enumerated() {
            try write(
                Array(program.prefix(size)) + Array(repeating: 0xFF, count: 80),
                to: "p\(index)",
                executable: true
            )
        }
        #expect(try inventory().packages.isEmpty)
    }

    // MARK: RPM

    private static func header(_ values: [(UInt32, [UInt8])]) -> [UInt8] {
        func big(_ number: Int) -> [UInt8] { withUnsafeBytes(of: UInt32(number).bigEndian) { Array($0) } }
        var index: [UInt8] = []
        var store: [UInt8] = []
        for (tag, value) in values {
            index += big(Int(tag)) + big(tag == 1003 ? 4 : 6) + big(store.count) + big(1)
            store += value
        }
        return big(values.count) + big(store.count) + index + store
    }

    private static func text(_ value: String) -> [UInt8] { Array(value.utf8) + [0] }

    @Test func readsTheDatabaseOfRPM() throws {
        try folder.write("ID=\"rocky\"\nVERSION_ID=\"9.3\"\n", to: "etc/os-release")
        let bash = Self.header([
            (1003, [0, 0, 0, 1]), (1000, Self.text("bash-completion")), (1001, Self.text("5.1.8")),
            (1002, Self.text("6.el9")),
            (1014, Self.text("GPLv3+")), (1022, Self.text("x86_64")), (1044, Self.text("bash-5.1.8-6.el9.src.rpm")),
        ])
        let key = Self.header([(1000, Self.text("gpg-pubkey")), (1001, Self.text("1")), (1002, Self.text("2"))])
        let file = folder.path("usr/lib/sysimage/rpm/rpmdb.sqlite")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let queue = try DatabaseQueue(path: file.path)
        try queue.write { database in
            try database.execute(sql: "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)")
            for (number, blob) in [bash, key, [1, 2, 3]].enumerated() {
                try database.execute(sql: "INSERT INTO Packages VALUES (?, ?)", arguments: [number + 1, Data(blob)])
            }
        }
        try queue.close()
        let packages = try inventory().packages
        #expect(
            packages.map(\.purl.description) == [
                "pkg:rpm/rocky/bash-completion@5.1.8-6.el9?arch=x86_64&distro=rocky-9.3&epoch=1&upstream=bash-5.1.8-6.el9.src.rpm"
            ]
        )
        #expect(packages.first?.advisoryName == "bash")
        #expect(packages.first?.advisoryVersion == "1:5.1.8-6.el9")
        #expect(packages.first?.ecosystem?.description == "Rocky Linux:9")
        #expect(packages.first?.licenses == ["GPLv3+"])
        let read = try #require(packages.first.map { PackageURLDecoder.package($0.purl) })
        #expect(read.advisoryName == "bash" && read.advisoryVersion == "1:5.1.8-6.el9", "from a document the same")
    }

    @Test func saysThatOldDatabasesAreNotRead() throws {
        try folder.write("x", to: "var/lib/rpm/Packages")
        try folder.write("x", to: "var/lib/rpm/rpmdb.sqlite")
        #expect(Set(try inventory().unknowns.map(\.rule)) == ["unsupported-format", "unreadable-file"])
    }
}
