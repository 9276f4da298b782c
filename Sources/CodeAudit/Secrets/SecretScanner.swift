import Core

/// Looks for secrets in one text.
struct SecretScanner {
    /// Files that machines write and that are full of digests.
    private static let lockFiles: Set<String> = [
        "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "Package.resolved", "Cargo.lock",
        "go.sum", "poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "composer.lock", "Gemfile.lock", "flake.lock",
    ]
    private static let configurations = [
        ".env", ".yml", ".yaml", ".properties", ".ini", ".conf", ".cfg", ".toml", ".tfvars", ".netrc", ".npmrc",
        ".pypirc",
    ]

    /// - Parameters:
    ///   - text: The whole file, or lines that follow each other.
    ///   - path: The file, which decides what is looked for in it.
    ///   - firstLine: The number of the text's first line.
    /// - Returns: Each place once, the surest rule first.
    static func findings(in text: String, path: String, firstLine: Int = 1) -> [AuditFinding] {
        let bytes = Array(text.utf8)
        guard !isMarkedAsTestVectors(text) else { return [] }
        var found: [AuditFinding] = []
        var taken: [Range<Int>] = []
        var starts: [Int]?
        func add(_ rule: AuditRule, _ range: Range<Int>, _ confidence: AuditRule.Confidence) {
            guard !taken.contains(where: { $0.overlaps(range) }) else { return }
            taken.append(range)
            let lines = starts ?? LineIndex.starts(of: bytes)
            starts = lines
            let line = LineIndex.line(of: range.lowerBound, in: lines)
            let before = String(decoding: bytes[lines[line - 1]..<range.lowerBound], as: UTF8.self)
            let secret = Array(bytes[range])
            found.append(
                AuditFinding(
                    rule,
                    at: SourceLocation(
                        file: path,
                        line: firstLine + line - 1,
                        column: before.unicodeScalars.count + 1
                    ),
                    "\(rule.title): \(Self.shown(secret))",
                    confidence: confidence,
                    secret: Self.fingerprint(secret)
                )
            )
        }
        for shape in SecretShapes.all {
            for range in shape.matches(in: bytes) { add(shape.rule, range, shape.rule.confidence) }
        }
        for hit in StructuredSecrets.find(in: bytes) { add(hit.rule, hit.range, hit.confidence) }
        if !isGenerated(path, bytes) {
            let isConfiguration = configurations.contains { path.hasSuffix($0) || path.contains("\($0).") }
            let lines = LineIndex.starts(of: bytes)
            for hit in SecretAssignments.find(in: text, isConfiguration: isConfiguration) {
                let value = Array(hit.value.utf8)
                let from = lines[hit.line - 1]
                let line = Array(bytes[from..<min(bytes.count, from + 2000)])
                guard let place = ByteSearch.places(of: value, in: line).first else { continue }
                add(SecretRules.generic, from + place..<from + place + value.count, SecretRules.generic.confidence)
            }
        }
        return found
    }

    /// A file may say in one of its first lines that its secrets are published test vectors, and where they are from.
    private static func isMarkedAsTestVectors(_ text: String) -> Bool {
        let head = text.prefix(2000)
        return head.contains("slipway:test-vectors") && head.firstMatch(of: /slipway:test-vectors[ \t]+\S{3,}/) != nil
    }

    private static func isGenerated(_ path: String, _ bytes: [UInt8]) -> Bool {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if lockFiles.contains(name) || name.contains(".min.") || name.hasSuffix(".map") || name.hasSuffix(".svg") {
            return true
        }
        let lines = ByteSearch.places(of: [0x0A], in: bytes).count + 1
        return bytes.count > 20_000 && bytes.count / lines > 1000
    }

    /// The first four characters: enough to recognize it, too few to use it.
    private static func shown(_ secret: [UInt8]) -> String {
        let start = String(decoding: secret.prefix(4), as: UTF8.self)
        return "\(start)… (fingerprint \(fingerprint(secret)))"
    }

    /// 32 bits of an FNV-1a hash. So short on purpose: several texts have the same, and none can be told from it.
    private static func fingerprint(_ secret: [UInt8]) -> String {
        let hash = secret.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let digits = String(UInt32(truncatingIfNeeded: hash ^ (hash >> 32)), radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
