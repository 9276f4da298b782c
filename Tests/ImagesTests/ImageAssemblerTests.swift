import Core
import Foundation
import ImagesTestSupport
import Testing

@testable import Images

@Suite(.enabled(if: CompiledProgram.compiler != nil, "no C compiler is installed"))
struct ImageAssemblerTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let stamp = BuildStamp(created: 1_700_000_000, systemFiles: 0)

    /// A program that looks up a host, a user and a time zone, and uses a library of its own.
    private static let source = """
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <pwd.h>
        #include <time.h>
        #include <netdb.h>
        #include <unistd.h>
        int answer(void);
        int main(int argc, char **argv) {
            struct passwd *user = getpwuid(65532);
            struct addrinfo *found = 0;
            int status = getaddrinfo("127.0.0.1", "80", 0, &found);
            setenv("TZ", "Asia/Tokyo", 1);
            tzset();
            FILE *bundle = fopen("/etc/ssl/certs/ca-certificates.crt", "r");
            printf("answer=%d user=%s lookup=%d zone=%s certificates=%d arguments=%d uid=%d\\n",
                answer(), user ? user->pw_name : "none", status, tzname[0], bundle != 0, argc, (int)getuid());
            return 0;
        }
        """

    /// Compiles the program with its library in a folder of its own.
    private func build(in place: String) async throws -> URL {
        let library = folder.path("\(place)/libanswer.so.1")
        let flags = ["-shared", "-fPIC", "-Wl,-soname,libanswer.so.1"]
        try await CompiledProgram.compile("int answer(void) { return 42; }", to: library, flags)
        let program = folder.path("\(place)/program")
        let link = ["-L\(folder.path(place).path)", "-l:libanswer.so.1", "-Wl,-rpath,$ORIGIN"]
        try await CompiledProgram.compile(Self.source, to: program, link)
        return program
    }

    private func assemble(_ recipe: ImageRecipe, in layout: String = "layout") async throws -> AssembledImage {
        try await ImageAssembler(store: ImageStore(directory: folder.path(layout))).assemble(recipe)
    }

    @Test func givesTheSameDigestWhereverAndWheneverItIsAssembled() async throws {
        let program = try await build(in: "one")
        try folder.write("data", to: "one/resources/b.txt")
        try folder.write("more", to: "one/resources/a/x.sh", mode: 0o750)
        let manager = FileManager.default
        try manager.copyItem(at: folder.path("one"), to: folder.path("two/deeper"))
        // Other times, other modes for group and others, another order of creation.
        let late = Date(timeIntervalSince1970: 1_900_000_000)
        for case let name as String in manager.enumerator(atPath: folder.path("two").path) ?? .init() {
            try manager.setAttributes([.modificationDate: late], ofItemAtPath: folder.path("two/\(name)").path)
        }
        chmod(folder.path("two/deeper/resources/b.txt").path, 0o600)
        func recipe(_ place: URL) -> ImageRecipe {
            var recipe = ImageRecipe(
                executables: [.init(source: place.appending(path: "program"))],
                stamp: Self.stamp
            )
            recipe.resources = [.init(source: place.appending(path: "resources"), destination: "/app/resources")]
            return recipe
        }
        let first = try await assemble(recipe(program.deletingLastPathComponent()), in: "layout-1")
        let second = try await assemble(recipe(folder.path("two/deeper")), in: "layout-2")
        #expect(first.descriptor.digest == second.descriptor.digest)
        let again = try await assemble(recipe(folder.path("two/deeper")), in: "layout-2")
        #expect(again.descriptor.digest == first.descriptor.digest)
        #expect(again.layers.map(\.reused) == [true, true, true, true], "an unchanged layer is not compressed again")
        #expect(first.layers.map(\.name) == ["system", "runtime", "resources", "application"])
        #expect(second.layers.map(\.reused) == [false, false, false, false])
    }

    @Test func onlyTheApplicationChangesWithTheCommit() async throws {
        let program = try await build(in: "one")
        var recipe = ImageRecipe(executables: [.init(source: program)], stamp: Self.stamp)
        let first = try await assemble(recipe)
        recipe.stamp.created += 1000
        let second = try await assemble(recipe)
        #expect(first.layers.map(\.diffID).prefix(2) == second.layers.map(\.diffID).prefix(2))
        #expect(first.layers.last?.diffID != second.layers.last?.diffID)
        #expect(second.layers.map(\.reused) == [true, true, false])
    }

    @Test func archivesAreSortedWithParentsFirstAndFixedOwners() async throws {
        let program = try await build(in: "one")
        let built = try await assemble(ImageRecipe(executables: [.init(source: program)], stamp: Self.stamp))
        let store = ImageStore(directory: folder.path("layout"))
        for layer in built.layers {
            let source = try LayerSource(layer.descriptor, diffID: layer.diffID, in: store, limit: 1 << 30)
            let reader = TarReader(source.tar)
            var seen: [ArchivePath] = []
            while let entry = try reader.next() {
                let path = try ArchivePath(untrusted: entry.path)
                #expect(seen.last.map { $0 < path } ?? true, "sorted, each once")
                #expect(path.parent.isRoot || seen.contains(path.parent), "\(path) comes after its folder")
                #expect([0, 65532].contains(entry.uid) && entry.uid == entry.gid)
                #expect(entry.modified == (layer.name == "application" ? 1_700_000_000 : 0))
                #expect(entry.extendedAttributes.isEmpty)
                seen.append(path)
            }
            try source.tar.drain()
        }
    }

    @Test func writesTheConfigurationThatWasAskedFor() async throws {
        let program = try await build(in: "one")
        var recipe = ImageRecipe(executables: [.init(source: program, destination: "/srv/run")], stamp: Self.stamp)
        recipe.user = try ImageUser(parsing: "app:1000:2000")
        recipe.ports = ["8000", "53/udp"]
        recipe.environment = ["A=b=c"]
        recipe.labels = ["k": "v"]
        recipe.command = ["--port", "8000"]
        recipe.stopSignal = "SIGINT"
        recipe.workingDirectory = "/srv"
        let built = try await assemble(recipe)
        let store = ImageStore(directory: folder.path("layout"))
        let manifest = try store.manifest(built.descriptor.digest)
        let config = try store.config(manifest)
        #expect(config.user == "1000:2000")
        #expect(config.exposedPorts == ["53/udp", "8000/tcp"])
        #expect(config.environment.last == "A=b=c" && config.environment.first?.hasPrefix("PATH=") == true)
        #expect(config.labels == ["k": "v"] && manifest.annotations == ["k": "v"])
        #expect(config.entrypoint == ["/srv/run"] && config.command == ["--port", "8000"])
        #expect(config.stopSignal == "SIGINT" && config.workingDirectory == "/srv")
        #expect(config.created == "2023-11-14T22:13:20Z")
        #expect(config.history.count == config.diffIDs.count)
        #expect(config == built.config)
    }

    @Test(
        .enabled(if: Tool.isRoot && Tool.has("chroot"), "only root may change the root folder"),
        arguments: [false, true]
    )
    func theLibrariesSuffice(withoutRoot: Bool) async throws {
        let program = try await build(in: "one")
        let built = try await assemble(ImageRecipe(executables: [.init(source: program)], stamp: Self.stamp))
        let root = folder.path("root")
        let store = ImageStore(directory: folder.path("layout"))
        try await ImageUnpacker().unpack(manifest: built.descriptor.digest, from: store, into: root)
        let user = withoutRoot ? ["--userspec=65532:65532"] : []
        let run = try await Tool.run("chroot", user + [root.path] + built.config.entrypoint + ["x"])
        #expect(run.succeeded, "\(run.error)")
        let zone = built.notes.contains { $0.contains("time zones") } ? "Asia" : "JST"
        let certificates = built.notes.contains { $0.contains("certificates") } ? 0 : 1
        let uid = withoutRoot ? 65532 : 0
        let expected =
            "answer=42 user=nonroot lookup=0 zone=\(zone) certificates=\(certificates) arguments=2 uid=\(uid)\n"
        #expect(run.output == expected)
    }

    @Test(.enabled(if: Tool.has("skopeo"), "skopeo is not installed"))
    func skopeoReadsAndCopiesIt() async throws {
        let program = try await build(in: "one")
        var recipe = ImageRecipe(executables: [.init(source: program)], stamp: Self.stamp)
        recipe.labels = ["org.opencontainers.image.revision": "abc"]
        let built = try await assemble(recipe)
        let store = ImageStore(directory: folder.path("layout"))
        try store.tag(built.descriptor, as: ImageReference(parsing: "localhost/api:develop"))
        try store.tag(built.descriptor, as: ImageReference(parsing: "localhost/api:other"))
        let source = "oci:\(store.directory.path):localhost/api:develop"
        let inspected = try await Tool.run("skopeo", ["inspect", source])
        #expect(inspected.succeeded, "\(inspected.error)")
        let json = try JSON(parsing: inspected.output)
        #expect(json["Digest"]?.string == built.descriptor.digest.description)
        #expect(json["Labels"]?["org.opencontainers.image.revision"]?.string == "abc")
        let copied = try await Tool.run("skopeo", ["copy", source, "oci:\(folder.path("copy").path):x"])
        #expect(copied.succeeded, "skopeo verifies every digest: \(copied.error)")
        let copy = ImageStore(directory: folder.path("copy"))
        #expect(try copy.resolve(name: "x")?.digest == built.descriptor.digest)
    }

    @Test(.enabled(if: Tool.has("umoci") && Tool.isRoot, "umoci is not installed, or this is not root"))
    func umociUnpacksItAsWeDo() async throws {
        let program = try await build(in: "one")
        let built = try await assemble(ImageRecipe(executables: [.init(source: program)], stamp: Self.stamp))
        let store = ImageStore(directory: folder.path("layout"))
        try store.tag(built.descriptor, name: "x")
        try await ImageUnpacker().unpack(manifest: built.descriptor.digest, from: store, into: folder.path("ours"))
        let bundle = folder.path("bundle")
        let unpacked = try await Tool.run("umoci", ["unpack", "--image", "\(store.directory.path):x", bundle.path])
        #expect(unpacked.succeeded, "\(unpacked.error)")
        #expect(try listing(of: folder.path("ours")) == listing(of: bundle.appending(path: "rootfs")))
    }

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: "/var/lib/dpkg/status"),
            "this is no Debian system, so there are no records to copy"
        )
    )
    func copiedLibrariesBringTheirPackageRecords() async throws {
        let program = try await build(in: "one")
        let built = try await assemble(ImageRecipe(executables: [.init(source: program)], stamp: Self.stamp))
        let store = ImageStore(directory: folder.path("layout"))
        let root = folder.path("root")
        try await ImageUnpacker().unpack(manifest: built.descriptor.digest, from: store, into: root)
        let records = root.appending(path: "var/lib/dpkg/status.d")
        let names = try FileManager.default.contentsOfDirectory(atPath: records.path)
        #expect(names.contains("libc6") && names.contains("base-files"))
        let paragraph = try String(contentsOf: records.appending(path: "libc6"), encoding: .utf8)
        let installed = try await Tool.run("dpkg-query", ["-W", "-f", "${Version}", "libc6"])
        #expect(paragraph.contains("Package: libc6\n"))
        #expect(paragraph.contains("Version: \(installed.output)\n"))
        let sums = try String(contentsOf: records.appending(path: "libc6.md5sums"), encoding: .utf8)
        #expect(sums.contains("/libc.so.6\n"))
        #expect(!sums.contains("ldconfig"), "only what was copied is listed")
        for note in built.notes { #expect(!note.contains("/lib"), "every library has an owner: \(note)") }
        #expect(try String(contentsOf: root.appending(path: "usr/share/doc/libc6/copyright"), encoding: .utf8) != "")
    }

    @Test func keepsALinkOfTheSystemWhenSomethingIsPutBelowIt() async throws {
        let program = try await build(in: "one")
        try folder.write("x", to: "note")
        var recipe = ImageRecipe(executables: [.init(source: program)], stamp: Self.stamp)
        recipe.resources = [
            .init(source: folder.path("note"), destination: "/lib/note"),
            .init(source: folder.path("note"), destination: "/tmp/note"),
        ]
        recipe.directories = ["/data"]
        let built = try await assemble(recipe)
        let root = folder.path("root")
        let store = ImageStore(directory: folder.path("layout"))
        try await ImageUnpacker().unpack(manifest: built.descriptor.digest, from: store, into: root)
        let hostMerged = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/lib")) != nil
        let merged = (try? FileManager.default.destinationOfSymbolicLink(atPath: root.path + "/lib")) != nil
        #expect(merged == hostMerged)
        #expect(FileManager.default.fileExists(atPath: root.path + "/lib/note"))
        var status = stat()
        #expect(stat(root.path + "/tmp", &status) == 0 && status.st_mode & 0o7777 == 0o1777)
        #expect(stat(root.path + "/data", &status) == 0)
        if Tool.isRoot { #expect(status.st_uid == 65532) }
    }

    @Test func refusesWhatCannotBe() async throws {
        let program = try await build(in: "one")
        let good = ImageRecipe(executables: [.init(source: program)], stamp: Self.stamp)
        let changes: [(String, (inout ImageRecipe) -> Void)] = [
            ("no executable", { $0.executables = [] }),
            ("a relative place", { $0.executables[0].destination = "app/x" }),
            ("a place above the root", { $0.executables[0].destination = "/../x" }),
            ("port 0", { $0.ports = ["0"] }), ("port 65536", { $0.ports = ["65536"] }),
            ("an unknown protocol", { $0.ports = ["80/http"] }),
            ("a variable without a value", { $0.environment = ["A"] }),
            ("a variable without a name", { $0.environment = ["=b"] }),
            ("an unknown signal", { $0.stopSignal = "SIGTREM" }),
            ("a missing resource", { $0.resources = [.init(source: folder.path("no"), destination: "/a")] }),
            ("an empty entry point", { $0.entrypoint = [] }),
            ("a missing executable", { $0.executables[0].source = folder.path("no") }),
            (
                "two files in one place",
                { recipe in
                    recipe.resources = [.init(source: folder.path("one/libanswer.so.1"), destination: "/app/program")]
                }
            ),
        ]
        for (what, change) in changes {
            var recipe = good
            change(&recipe)
            let error = await #expect(throws: SlipwayError.self, "\(what)") { try await assemble(recipe) }
            #expect(error?.exitCode == .invalidInput, "\(what)")
        }
        #expect(mkfifo(folder.path("pipes").path, 0o600) == 0)
        var recipe = good
        recipe.resources = [.init(source: folder.path("pipes"), destination: "/a")]
        await #expect(throws: SlipwayError.self) { try await assemble(recipe) }
    }

    @Test(
        arguments: [
            ("1000", ImageUser(name: "app", uid: 1000, gid: 1000)),
            ("1000:50", ImageUser(name: "app", uid: 1000, gid: 50)),
            ("web", ImageUser(name: "web", uid: 65532, gid: 65532)),
            ("web:7:8", ImageUser(name: "web", uid: 7, gid: 8)), ("0", ImageUser(name: "root", uid: 0, gid: 0)),
            ("root", ImageUser(name: "root", uid: 0, gid: 0)),
        ]
    )
    func readsUsers(text: String, user: ImageUser) throws {
        #expect(try ImageUser(parsing: text) == user)
    }

    @Test(arguments: ["", ":", "a:b", "1:2:3", "root:5", "app:0", "UPPER", "-1", "a b", "4294967296"])
    func refusesWhatIsNoUser(text: String) {
        #expect(throws: SlipwayError.self) { try ImageUser(parsing: text) }
    }
}
