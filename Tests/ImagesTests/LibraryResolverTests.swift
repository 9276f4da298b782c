import Core
import Foundation
import ImagesTestSupport
import Testing

@testable import Images

@Suite(.enabled(if: CompiledProgram.compiler != nil, "no C compiler is installed"))
struct LibraryResolverTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Programs that most systems have; which ones is up to this one.
    private static let installed: [String] = {
        let places = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"]
        return ["git", "tar", "cat", "ldconfig", "python3"].compactMap { program in
            places.map { "\($0)/\(program)" }.first(where: FileManager.default.fileExists)
        }
    }()

    private func resolve(_ programs: URL...) throws -> LibraryResolver.Result {
        let resolver = LibraryResolver(root: SystemRoot())
        return try resolver.resolve(try programs.map { try resolver.object(at: $0) })
    }

    private func library(_ name: String, in place: String, _ source: String, _ flags: [String] = []) async throws {
        let arguments = ["-shared", "-fPIC", "-Wl,-soname,lib\(name).so.1"] + flags
        try await CompiledProgram.compile(source, to: folder.path("\(place)/lib\(name).so.1"), arguments)
    }

    @Test(
        .enabled(if: Tool.has("ldd") && !installed.isEmpty, "there is no ldd, or none of the programs"),
        arguments: installed
    )
    func findsWhatTheLoaderFinds(path: String) async throws {
        let listed = try await Tool.run("ldd", [path], environment: ["LD_LIBRARY_PATH": ""])
        // A static program has no list, and then we find nothing either.
        let expected = listed.output.split(separator: "\n").compactMap { line -> String? in
            let words = line.split(separator: " ").map { $0.trimmingCharacters(in: .whitespaces) }
            if words.contains("=>"), words.count >= 3 { return words[2] }
            return words.first?.hasPrefix("/") == true ? words.first : nil
        }
        func canonical(_ path: String) -> String { URL(filePath: path).resolvingSymlinksInPath().path }
        let found = try resolve(URL(filePath: path)).libraries.map { canonical($0.object.location.path) }
        #expect(Set(found) == Set(expected.map(canonical)))
        #expect(Set(found).count == found.count, "each once")
    }

    @Test func followsRunpathWithOriginAndThroughLibraries() async throws {
        try await library("inner", in: "lib/deep", "int inner(void) { return 7; }")
        let outerFlags = [
            "-L\(folder.path("lib/deep").path)", "-l:libinner.so.1", "-Wl,--enable-new-dtags,-rpath,$ORIGIN/deep",
        ]
        try await library("outer", in: "lib", "int inner(void); int outer(void) { return inner(); }", outerFlags)
        let program = folder.path("bin/program")
        let flags = [
            "-L\(folder.path("lib").path)", "-l:libouter.so.1", "-Wl,--enable-new-dtags,-rpath,${ORIGIN}/../lib",
            "-Wl,-rpath-link,\(folder.path("lib/deep").path)",
        ]
        try await CompiledProgram.compile("int outer(void); int main(void) { return outer(); }", to: program, flags)
        let names = try resolve(program).libraries.map(\.name)
        #expect(names.contains("libouter.so.1") && names.contains("libinner.so.1"))
        #expect(names.first?.hasPrefix("ld-") == true)
    }

    @Test func runpathServesItsOwnObjectAndRpathServesAllBelow() async throws {
        try await library("inner", in: "lib", "int inner(void) { return 7; }")
        let path = folder.path("lib").path
        try await library(
            "outer",
            in: "lib",
            "int inner(void); int outer(void) { return inner(); }",
            ["-L\(path)", "-l:libinner.so.1"]
        )
        let source = "int outer(void); int main(void) { return outer(); }"
        let common = ["-L\(path)", "-l:libouter.so.1", "-Wl,-rpath-link,\(path)"]
        let old = folder.path("bin/old")
        try await CompiledProgram.compile(source, to: old, common + ["-Wl,--disable-new-dtags,-rpath,\(path)"])
        #expect(try resolve(old).libraries.map(\.name).contains("libinner.so.1"))
        let new = folder.path("bin/new")
        try await CompiledProgram.compile(source, to: new, common + ["-Wl,--enable-new-dtags,-rpath,\(path)"])
        let error = #expect(throws: SlipwayError.self) { try resolve(new) }
        #expect(error?.description.contains("libinner.so.1, needed by \(path)/libouter.so.1") == true)
        #expect(try await Tool.run(old.path, []).exitCode == 7)
        #expect(try await Tool.run(new.path, []).exitCode != 7, "the loader agrees")
    }

    @Test func namesEveryMissingLibraryAndWhoNeedsIt() async throws {
        try await library("gone", in: "lib", "int gone(void) { return 1; }")
        try await library("lost", in: "lib", "int lost(void) { return 1; }")
        let program = folder.path("program")
        let flags = ["-L\(folder.path("lib").path)", "-l:libgone.so.1", "-l:liblost.so.1"]
        let source = "int gone(void); int lost(void); int main(void) { return gone() + lost(); }"
        try await CompiledProgram.compile(source, to: program, flags)
        let error = #expect(throws: SlipwayError.self) { try resolve(program) }
        #expect(error?.what.contains("libgone.so.1, needed by") == true)
        #expect(error?.what.contains("liblost.so.1, needed by") == true)
    }

    @Test func refusesWhatIsNoProgram() async throws {
        let script = try folder.write("#!/bin/sh\n", to: "script", mode: 0o755)
        #expect(throws: SlipwayError.self) { try resolve(script) }
        #expect(throws: SlipwayError.self) { try resolve(folder.path("missing")) }
        let program = folder.path("program")
        try await CompiledProgram.compile("int main(void) { return 0; }", to: program)
        let data = try Data(contentsOf: program)
        for count in [3, 10, 30, 64, 100, 500] {
            try data.prefix(count).write(to: folder.path("cut"))
            #expect(throws: SlipwayError.self, "\(count) bytes") { try resolve(folder.path("cut")) }
        }
    }

    @Test func neverCrashesOnDamagedHeaders() async throws {
        let program = folder.path("program")
        try await CompiledProgram.compile("int main(void) { return 0; }", to: program)
        let data = try Data(contentsOf: program)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var damaged = data
            for _ in 0..<4 { damaged[Int.random(in: 4..<1024, using: &generator)] = UInt8.random(in: 0...255) }
            try damaged.write(to: folder.path("damaged"))
            _ = try? resolve(folder.path("damaged"))
        }
    }

    private static func canLinkStatically() async -> Bool {
        guard let folder = try? TemporaryFolder() else { return false }
        let program = folder.path("probe")
        return (try? await CompiledProgram.compile("int main(void) { return 0; }", to: program, ["-static"])) != nil
    }

    @Test(.enabled("there is no static C library") { await canLinkStatically() })
    func aStaticProgramNeedsNothing() async throws {
        let program = folder.path("static")
        try await CompiledProgram.compile("int main(void) { return 0; }", to: program, ["-static"])
        #expect(try resolve(program).libraries.isEmpty)
    }

    @Test func readsLoaderConfigurationWithIncludes() throws {
        let root = SystemRoot(folder.url)
        try folder.write("# comment\ninclude ld.so.conf.d/*.conf\n/last\n", to: "etc/ld.so.conf")
        try folder.write("/first /second # more\n", to: "etc/ld.so.conf.d/a.conf")
        try folder.write("/third\nhwcap 0 nosegneg\n", to: "etc/ld.so.conf.d/b.conf")
        try folder.write("/ignored\n", to: "etc/ld.so.conf.d/b.conf.bak")
        #expect(try LoaderConfiguration.folders(root) == ["/first", "/second", "/third", "/last"])
    }
}
