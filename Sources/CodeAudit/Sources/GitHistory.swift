import Core

/// Reads what `git log` prints of all commits and looks for secrets in the lines that they added: a secret that was
/// once committed can be read by everybody who has the repository.
struct GitHistory {
    /// Oldest first, so that each secret is reported where it came in; only what differs from all parents of a merge.
    static let arguments = [
        "-c", "core.quotePath=false", "log", "--all", "--reverse", "--format=%x01%H", "--cc", "-U0", "--no-color",
        "--no-ext-diff", "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/", "--relative", "--", ".",
    ]
    /// A stretch of added lines that is longer is looked at in pieces.
    private static let stretchLimit = 1 << 20

    private(set) var findings: [AuditFinding] = []
    private(set) var commits = 0
    /// Secrets that have been reported already, here or in the tree.
    private var known: Set<String>
    private var commit = ""
    private var path = ""
    private var added: [UInt8] = []
    private var firstLine = 1
    private var lines = 0
    private var parents = 1
    private var rest: [UInt8] = []
    private var isInHunk = false

    /// - Parameter known: Fingerprints of secrets that need no second report.
    init(known: Set<String>) { self.known = known }

    mutating func consume(_ bytes: ArraySlice<UInt8>) {
        rest += bytes
        var start = rest.startIndex
        while let end = rest[start...].firstIndex(of: 0x0A) {
            consume(line: rest[start..<end])
            start = end + 1
        }
        rest.removeSubrange(..<start)
    }

    mutating func finish() {
        if !rest.isEmpty { consume(line: rest[...]) }
        flush()
    }

    private mutating func consume(line: ArraySlice<UInt8>) {
        if line.first == 1 {
            flush()
            commit = String(decoding: line.dropFirst(), as: UTF8.self)
            commits += 1
            isInHunk = false
        } else if line.starts(with: "diff --".utf8) {
            flush()
            isInHunk = false
        } else if line.starts(with: "@@".utf8) {
            flush()
            begin(String(decoding: line, as: UTF8.self))
        } else if !isInHunk, line.starts(with: "+++ ".utf8) {
            // A name with a tab or quotation marks is written in quotation marks, and with a tab behind it.
            let name = String(decoding: line.dropFirst(4), as: UTF8.self).prefix { $0 != "\t" }
            let plain = name.drop { $0 == "\"" }
            path = String(plain.hasPrefix("b/") ? plain.dropFirst(2) : plain)
        } else if isInHunk, line.count >= parents, line.prefix(parents).allSatisfy({ $0 == UInt8(ascii: "+") }) {
            added += line.dropFirst(parents)
            added.append(0x0A)
            lines += 1
            if added.count > Self.stretchLimit {
                let next = firstLine + lines
                flush()
                firstLine = next
            }
        } else if isInHunk, !added.isEmpty {
            flush()
        }
    }

    /// `@@ -1,2 +3,4 @@`, and with one more `@` for each further parent.
    private mutating func begin(_ header: String) {
        parents = max(1, header.prefix { $0 == "@" }.count - 1)
        firstLine = header.firstMatch(of: /\+([0-9]+)/).flatMap { Int($0.1) } ?? 1
        isInHunk = true
    }

    private mutating func flush() {
        defer {
            added.removeAll(keepingCapacity: true)
            lines = 0
        }
        guard !added.isEmpty, !added.contains(0) else { return }
        let text = String(decoding: added, as: UTF8.self)
        let found = SecretScanner.findings(in: text, path: path, firstLine: firstLine)
        guard !found.isEmpty else { return }
        let accepted = Set(Suppression.read(text).filter { !$0.reason.isEmpty }.map { $0.line + firstLine - 1 })
        for var finding in found {
            let line = finding.location.line
            guard let secret = finding.secret, !known.contains(secret), !accepted.contains(line),
                !accepted.contains(line - 1)
            else { continue }
            known.insert(secret)
            finding.commit = commit
            findings.append(finding)
        }
    }
}
