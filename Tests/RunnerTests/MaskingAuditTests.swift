import Core
import Foundation
import Journal
import Synchronization
import Testing

@testable import Runner

/// That no form of a secret is left anywhere that a run writes: each way out with each form of each kind of secret.
@Suite struct MaskingAuditTests {
    /// How a secret may be written down; each is a script that reads `$S` and prints it in that form.
    enum Form: String, CaseIterable {
        case plain = #"printf '%s\n' "$S""#
        case slowly = #"printf '%s' "${S:0:7}"; sleep 0.05; printf '%s\n' "${S:7}""#
        case base64 = #"printf '%s' "$S" | base64 -w0; echo"#
        case base64After1 = #"printf 'u%s:' "$S" | base64 -w0; echo"#
        case base64After2 = #"printf 'uu%s:' "$S" | base64 -w0; echo"#
        case url = #"python3 -c 'import os, urllib.parse as u; print(u.quote(os.environ["S"], safe=""))'"#
        case form = #"python3 -c 'import os, urllib.parse as u; print(u.quote_plus(os.environ["S"]))'"#
        case json = #"python3 -c 'import os, json; print(json.dumps(os.environ["S"], ensure_ascii=False))'"#
        case asciiJSON = #"python3 -c 'import os, json; print(json.dumps(os.environ["S"]))'"#
        case xml = #"python3 -c 'import os, html; print(html.escape(os.environ["S"]))'"#
        case shell = #"python3 -c 'import os, shlex; print(shlex.quote(os.environ["S"]))'"#
        case printfQ = #"printf '%q\n' "$S""#
        case afterALongLine = #"head -c 65530 /dev/zero | tr '\0' x; printf '%s\n' "$S""#
    }

    static let oneLine = #"p@ss w0rd/"quo'ted"\$x<é>&=+t4il"#
    static let severalLines = "-----BEGIN K3Y-----\nMIIEowIBAAKCAQEA0123/+=\nlast'l1ne\"of<it>\n-----END K3Y-----"

    /// Pieces of every line of the secrets that no form changes, and their base64 in all three alignments without the
    /// characters that neighbours decide.
    private static let telling: [String] = {
        let plain = ["w0rd", "t4il", "K3Y", "MIIEowIBAAKC", "l1ne"]
        let encoded = ["p@ss w0rd/", "MIIEowIBAAKC", "BEGIN K3Y-", "last'l1ne"].flatMap { text in
            (0..<3).map { shift in
                let padded = Data([UInt8](repeating: 0, count: shift) + Array(text.utf8))
                return String(padded.base64EncodedString().dropFirst(shift + 1).prefix(6))
            }
        }
        return plain + encoded
    }()

    private static func script(_ form: Form) -> String {
        """
        show() { \(form.rawValue); }
        echo "log: $(show)" | sed 's/^log: //'
        show
        echo "summary $(show)" >> $GITHUB_STEP_SUMMARY
        echo "::warning title=$(show | tr -d '\\n')::w $(show | head -1)"
        { echo 'out<<EOF_OUT'; show; echo EOF_OUT; } >> $GITHUB_OUTPUT
        """
    }

    @Test(
        .enabled(if: Executables.find("python3", path: Tools.path) != nil, "needs python3"),
        arguments: Form.allCases,
        [oneLine, severalLines]
    )
    func nothingThatARunWritesGivesASecretAway(form: Form, secret: String) async throws {
        try await TestProject.with { project in
            var settings = RunSettings()
            settings.secrets = ["S": Secret(secret)]
            let body = Self.script(form).split(separator: "\n").map { "          \($0)" }.joined(separator: "\n")
            let heard = Heard()
            let run = try await project.run(
                """
                on: push
                jobs:
                  a:
                    runs-on: linux
                    outputs: {out: "${{ steps.s.outputs.out }}"}
                    env: {S: "${{ secrets.S }}"}
                    steps:
                      - id: s
                        name: Step of ${{ secrets.S }}
                        run: |
                \(body)
                """,
                settings: settings,
                observer: heard
            )
            let output = try run.output()
            #expect(run.record.conclusion == .success, "\(form): \(output)")
            let journal =
                try run.jobs.map { try encoded($0) } + run.steps.map { try encoded($0) }
                + run.annotations.map { try encoded($0) } + [encoded(run.record)]
            // Headings and the engine's own words are no secret: only what the step gave is looked at.
            let written = try run.everything() + journal.joined(separator: "\n") + heard.text
            let ours = written.split(separator: "\n").filter { !$0.contains("printf") && !$0.contains("python3 -c") }
            for piece in Self.telling {
                let leaks = ours.filter { $0.contains(piece) }
                #expect(leaks.isEmpty, "\(form) leaks \(piece): \(leaks.first?.suffix(200) ?? "")")
            }
        }
    }

    @Test func artifactsAndAddedMasksAreHiddenToo() async throws {
        try await TestProject.with { project in
            let heard = Heard()
            let run = try await project.run(
                """
                on: push
                jobs:
                  a:
                    runs-on: linux
                    steps:
                      - id: s
                        run: |
                          t=$(printf added; printf -- -mask-%s value)
                          echo "::add-mask::$t"
                          echo "$t and $(printf '%s' "$t" | base64)"
                          echo "t=$t" >> $GITHUB_OUTPUT
                          echo x > file
                      - uses: actions/upload-artifact@v4
                        with: {name: "of-${{ steps.s.outputs.t }}", path: file}
                      - uses: actions/download-artifact@v4
                        with: {name: "of-${{ steps.s.outputs.t }}", path: back}
                      - run: cmp file back/file
                      - run: echo "::error file=${{ steps.s.outputs.t }}::${{ steps.s.outputs.t }}"
                """,
                observer: heard
            )
            #expect(run.record.conclusion == .success)
            let artifacts = try RunArtifacts(run.record, in: project.state).items
            #expect(artifacts.map(\.name) == ["of-***"])
            let journal =
                try run.jobs.map { try encoded($0) } + run.steps.map { try encoded($0) }
                + run.annotations.map { try encoded($0) }
            let written = try run.everything() + journal.joined() + heard.text
            #expect(!written.contains("added-mask-value"))
            #expect(!written.contains(String(Data("added-mask-value".utf8).base64EncodedString().prefix(12))))
        }
    }

    private func encoded(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }

    /// All that an observer is shown.
    private final class Heard: RunObserver {
        private let heard = Mutex("")

        var text: String { heard.withLock { $0 } }

        func observe(_ progress: RunProgress) {
            heard.withLock { $0 += "\(progress)\n" }
        }
    }
}
