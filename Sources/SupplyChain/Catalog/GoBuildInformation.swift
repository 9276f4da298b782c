import Foundation
import Images

/// What Go's linker writes into a program: the compiler's version and the modules it was built from (`debug/buildinfo`).
struct GoBuildInformation: Sendable, Hashable {
    struct Module: Sendable, Hashable {
        let path: String
        let version: String?
    }

    let goVersion: String
    let modules: [Module]

    /// Reads the module list: lines of `path`, `mod`, `dep` and `=>` with tabs between their fields.
    init(goVersion: String, moduleInformation text: String) {
        self.goVersion = goVersion
        var modules: [Module] = []
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count >= 2 else { continue }
            switch fields[0] {
            case "mod", "dep": modules.append(Module(path: fields[1], version: fields.count > 2 ? fields[2] : nil))
            case "=>":
                // A replacement is what was really built.
                if !modules.isEmpty { modules.removeLast() }
                modules.append(Module(path: fields[1], version: fields.count > 2 ? fields[2] : nil))
            default: continue
            }
        }
        self.modules = modules
    }
}

/// Looks for Go's build information in a program as it streams by, holding a few kilobytes of it at a time.
final class GoBuildInformationScanner {
    private static let magic = Array("\u{FF} Go buildinf:".unicodeScalars.map { UInt8($0.value) })
    /// The header has 32 bytes, and then come two strings with their lengths.
    private static let headerSize = 32
    /// More modules than any program has.
    private static let limit = 4 << 20

    private var window: [UInt8] = []
    private var found = false
    private(set) var information: GoBuildInformation?

    /// Takes the next bytes; says whether it wants more.
    func consume(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if information != nil { return false }
        window.append(contentsOf: bytes)
        if !found {
            guard let start = find() else {
                // A magic number may lie across two pieces.
                window.removeFirst(max(0, window.count - Self.magic.count))
                return true
            }
            window.removeFirst(start)
            found = true
        }
        if let parsed = parse() {
            information = parsed
            return false
        }
        if window.count > Self.limit { return skipFalseHit() }
        return true
    }

    /// The magic number also occurs in programs that look for it, with something else behind it.
    private func skipFalseHit() -> Bool {
        window.removeFirst(Self.magic.count)
        found = false
        let rest = window
        window = []
        return rest.withUnsafeBytes { consume($0) }
    }

    /// Looks for the magic number by its first byte, which is rare in programs.
    private func find() -> Int? {
        window.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return nil }
            var position = 0
            while let hit = memchr(base + position, Int32(Self.magic[0]), buffer.count - position) {
                let start = UnsafeRawPointer(hit) - base
                guard start + Self.magic.count <= buffer.count else { return nil }
                if memcmp(base + start, Self.magic, Self.magic.count) == 0 { return start }
                position = start + 1
            }
            return nil
        }
    }

    private func parse() -> GoBuildInformation? {
        guard window.count > Self.headerSize else { return nil }
        // Bit 1 of the flags: the strings follow in place (Go 1.18 and later).
        guard window[15] & 2 != 0 else { return nil }
        var position = Self.headerSize
        guard let version = string(&position), version.hasPrefix("go") || version.hasPrefix("devel") else { return nil }
        guard var modules = string(&position) else { return nil }
        // The list stands between two 16-byte marks.
        if modules.utf8.count >= 33 {
            modules = String(decoding: modules.utf8.dropFirst(16).dropLast(16), as: UTF8.self)
        }
        return GoBuildInformation(goVersion: version, moduleInformation: modules)
    }

    /// A length in LEB128 and so many bytes; nil where they are not all there yet.
    private func string(_ position: inout Int) -> String? {
        var length = 0
        var shift = 0
        while true {
            guard position < window.count, shift < 35 else { return nil }
            let byte = window[position]
            position += 1
            length |= Int(byte & 0x7F) << shift
            shift += 7
            if byte & 0x80 == 0 { break }
        }
        guard length <= Self.limit, position + length <= window.count else { return nil }
        defer { position += length }
        // The marks around the module list are no text; they only must not change its length.
        return String(decoding: window[position..<position + length].map { $0 < 0x80 ? $0 : 0x3F }, as: UTF8.self)
    }
}
