import Testing

@testable import Workflows

@Suite struct GlobTests {
    /// Pattern, what it matches, what it does not.
    @Test(arguments: [
        ("main", ["main"], ["Main", "mai", "mainx", "x/main"]),
        ("*", ["main", "v1", ""], ["a/b", "a/"]),
        ("**", ["main", "a/b/c", ""], []),
        ("feature/*", ["feature/a", "feature/"], ["feature/a/b", "feature"]),
        ("feature/**", ["feature/a", "feature/a/b", "feature/"], ["feature", "features/a"]),
        ("**/docs/**", ["docs/a", "x/docs/a/b", "x/y/docs/"], ["docs", "xdocs/a"]),
        ("**/README.md", ["README.md", "a/README.md", "a/b/README.md"], ["aREADME.md", "README_md"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/xb", "a/bx"]),
        ("**.js", ["index.js", "js/index.js", ".js"], ["index.jsx"]),
        ("*.jsx?", ["page.js", "page.jsx"], ["page.jsxx", "a/page.js"]),
        ("**/*src/**", ["a/src/app.js", "my-src/code/js/app.js", "src/a"], ["srcs/a"]),
        ("**/*-post.md", ["my-post.md", "path/their-post.md"], ["post.md"]),
        ("v[12].[0-9]+.[0-9]+", ["v1.10.1", "v2.0.0"], ["v3.0.0", "v1..1", "v1.1"]),
        ("v2*", ["v2", "v2.0", "v2.9.1"], ["v1", "v2/1"]),
        ("[CB]at", ["Cat", "Bat"], ["cat", "at", "CBat"]),
        ("[a-c0-9-]", ["a", "c", "5", "-"], ["d", "ab"]),
        ("octo?cat", ["octcat", "octocat"], ["octoocat"]),
        ("go+gle", ["gogle", "google", "gooogle"], ["ggle"]),
        ("[0-9]?x", ["x", "1x"], ["12x"]),
        ("a\\*b", ["a*b"], ["axb"]),
        ("\\!x", ["!x"], ["x"]),
        ("a.b", ["a.b"], ["axb"]),
        ("ü*", ["über"], ["uber"]),
        ("**/**/x", ["x", "a/x", "a/b/x"], ["ax"]),
        ("a***b", ["ab", "a/b", "axyb"], ["a"]),
    ])
    func matches(pattern: String, matching: [String], other: [String]) throws {
        let glob = try GlobPattern(pattern)
        for text in matching { #expect(glob.matches(text), "\(pattern) must match \(text)") }
        for text in other { #expect(!glob.matches(text), "\(pattern) must not match \(text)") }
    }

    @Test(arguments: [
        ("", GlobPattern.Problem.empty), ("!", .empty), ("?", .nothingToRepeat("?")), ("a*+", .nothingToRepeat("+")),
        ("a??", .nothingToRepeat("?")), ("[a", .unclosedClass), ("[]", .emptyClass), ("[b-a]", .backwardRange("b-a")),
        ("a\\", .trailingBackslash),
    ])
    func refuses(pattern: String, problem: GlobPattern.Problem) {
        #expect(throws: problem) { try GlobPattern(pattern) }
    }

    @Test func takesTimeInProportion() throws {
        let glob = try GlobPattern(String(repeating: "a?", count: 200) + String(repeating: "**a", count: 200))
        #expect(!glob.matches(String(repeating: "a", count: 2_000) + "b"))
    }
}
