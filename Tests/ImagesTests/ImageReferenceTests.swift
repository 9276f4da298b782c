import Core
import Images
import Testing

@Suite struct ImageReferenceTests {
    static let hex = String(repeating: "ab", count: 32)

    @Test(
        arguments: [
            ("debian", "docker.io/library/debian", "latest"),
            ("debian:12", "docker.io/library/debian:12", "12"),
            ("team/api:1.2", "docker.io/team/api:1.2", "1.2"),
            ("index.docker.io/debian", "docker.io/library/debian", "latest"),
            ("docker.io/team/api", "docker.io/team/api", "latest"),
            ("ghcr.io/Team.x/api".lowercased(), "ghcr.io/team.x/api", "latest"),
            ("localhost/api:develop", "localhost/api:develop", "develop"),
            ("localhost:5000/a/b/c", "localhost:5000/a/b/c", "latest"),
            ("[::1]:5000/api:x", "[::1]:5000/api:x", "x"),
            ("registry.example:443/a__b/c-d.e:V_1", "registry.example:443/a__b/c-d.e:V_1", "V_1"),
        ]
    )
    func writesShortFormsOut(text: String, full: String, tag: String) throws {
        let reference = try ImageReference(parsing: text)
        #expect(reference.description == full)
        #expect(reference.effectiveTag == tag)
        #expect(try ImageReference(parsing: reference.description) == reference)
    }

    @Test func meansTheDigestWhereBothAreGiven() throws {
        let reference = try ImageReference(parsing: "ghcr.io/team/api:1.2@sha256:\(Self.hex)")
        #expect(reference.tag == "1.2")
        #expect(reference.digest?.hex == Self.hex)
        let digestOnly = try ImageReference(parsing: "api@sha256:\(Self.hex)", defaultRegistry: "localhost")
        #expect(digestOnly.description == "localhost/api@sha256:\(Self.hex)")
        #expect(digestOnly.effectiveTag == nil)
    }

    @Test func knowsWhereDockerHubLives() throws {
        #expect(try ImageReference(parsing: "debian").registryHost == "registry-1.docker.io")
        #expect(try ImageReference(parsing: "ghcr.io/a").registryHost == "ghcr.io")
    }

    @Test(
        arguments: [
            "", ":", "Debian", "a/B", "a//b", "/a", "a/", "a:", "a:-x", "a: b", "a@sha256:12", "a@md5:1234", "a b",
            "localhost:5000/", "a..b", "-a", "a_", "a:\(String(repeating: "x", count: 129))", "http://ghcr.io/a",
            String(repeating: "a", count: 256), "a@sha256:\(String(repeating: "AB", count: 32))",
        ]
    )
    func refusesWhatIsNoReference(text: String) {
        let error = #expect(throws: SlipwayError.self) { try ImageReference(parsing: text) }
        #expect(error?.exitCode == .invalidInput)
    }

    @Test func acceptsTheLongestTag() throws {
        let tag = String(repeating: "x", count: 128)
        #expect(try ImageReference(parsing: "a:\(tag)").tag == tag)
    }
}
