import SwiftSyntax

/// Files: whose they are, and which.
enum FileRules {
    static let all = [pathTraversal, wideOpenFile, predictableTemporaryFile]

    private static let openers: Set<String> = [
        "FilePath", "FileHandle", "fopen", "open", "contents", "createFile", "removeItem", "copyItem", "moveItem",
        "fileExists", "contentsOfDirectory", "createDirectory", "openFile", "streamFile", "appendingPathComponent",
        "loadFile", "unlink",
    ]

    static let pathTraversal = SwiftRule(
        AuditRule(
            "path-traversal",
            "A request chooses the file",
            .high,
            .high,
            cwe: 22,
            fix: "Take the last component only, or open below a folder with a check of the resolved path.",
            bad: """
                func file(_ request: Request) throws -> Data {
                    try Data(contentsOf: root.appending(path: request.parameters["name"]))
                }
                """,
            good: """
                func file(_ request: Request) throws -> Data {
                    guard let known = catalogue[request.parameters["name"]] else { throw HTTPError(.notFound) }
                    return try Data(contentsOf: known)
                }
                """
        )
    ) { fact, scope in
        guard case .call(let call) = fact else { return nil }
        let labels: Set<String?> = [
            "path", "atPath", "contentsOfFile", "filePath", "fileURLWithPath", "toPath", "at", "component",
        ]
        for argument in call.arguments where scope.isRemote(argument.value) {
            let isPath = argument.label.map { labels.contains($0) && $0 != "at" } ?? false
            guard isPath || openers.contains(call.name) else { continue }
            // A path of the address is no path of a file.
            if argument.label == "path", !["append", "appending", "URL", "FilePath"].contains(call.name) { continue }
            return SwiftRule.Verdict("\(call.name) gets a path from a request")
        }
        return nil
    }

    static let wideOpenFile = SwiftRule(
        AuditRule(
            "world-writable-file",
            "A file that everybody may change",
            .medium,
            .high,
            cwe: 732,
            fix: "Use 0o600 for secrets, 0o644 for what others read.",
            bad: """
                chmod(path, 0o777)
                """,
            good: """
                chmod(path, 0o755)
                """
        )
    ) { fact, _ in
        switch fact {
        case .call(let call):
            if call.callee == "umask", call.first?.plainText == "0" { return SwiftRule.Verdict("umask(0)") }
            guard ["chmod", "fchmod", "fchmodat", "mkdir", "mkfifo"].contains(call.callee) else { return nil }
            return call.arguments.lazy.compactMap { verdict($0.value) }.first
        case .entry(let key, let value):
            return key.plainText.hasSuffix("posixPermissions") ? verdict(value) : nil
        case .binding(let binding):
            return ["mode", "permissions", "posixPermissions"].contains(binding.name) ? verdict(binding.value) : nil
        default: return nil
        }
    }

    private static func verdict(_ value: ExprSyntax) -> SwiftRule.Verdict? {
        guard let text = value.as(IntegerLiteralExprSyntax.self)?.literal.text, text.hasPrefix("0o"),
            let mode = Int(text.dropFirst(2).replacing("_", with: ""), radix: 8)
        else { return nil }
        // The sticky bit makes a shared folder safe to share.
        guard mode & 0o002 != 0, mode & 0o1000 == 0 else { return nil }
        return SwiftRule.Verdict("\(text) lets everybody write")
    }

    static let predictableTemporaryFile = SwiftRule(
        AuditRule(
            "predictable-temporary-file",
            "A temporary file whose name others can take first",
            .medium,
            .medium,
            cwe: 377,
            fix: "Make a folder of your own below `FileManager.default.temporaryDirectory`, with a random name.",
            bad: """
                let file = URL(filePath: "/tmp/upload.json")
                """,
            good: """
                let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
                """
        )
    ) { fact, _ in
        guard case .call(let call) = fact else { return nil }
        if ["tmpnam", "tempnam", "mktemp"].contains(call.callee) {
            return SwiftRule.Verdict("\(call.callee) gives a name that others can take", .high)
        }
        let opens = ["URL", "FilePath", "fopen", "open", "createFile", "write", "FileHandle"].contains(call.name)
        guard opens else { return nil }
        for argument in call.arguments {
            guard let text = argument.value.literalText else { continue }
            let isTemporary = ["/tmp/", "/var/tmp/", "/dev/shm/"].contains {
                text.hasPrefix($0) && text.count > $0.count
            }
            if isTemporary { return SwiftRule.Verdict("\(text) is known to everybody") }
        }
        return nil
    }
}
