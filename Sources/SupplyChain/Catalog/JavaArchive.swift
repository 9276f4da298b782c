import Core
import Foundation
import Images

/// What a Java archive says of itself: the Maven projects whose coordinates it holds, or else its manifest.
struct JavaArchive: Sendable, Hashable {
    struct Project: Sendable, Hashable {
        /// nil where nothing names it: then the archive cannot be looked up.
        let group: String?
        let artifact: String
        let version: String?
        let license: String?
    }

    /// With `!/` where it lies inside of another, as Java writes it.
    let path: String
    let layer: Digest?
    let projects: [Project]

    /// Archives in archives in archives: as deep as real ones go.
    private static let depthLimit = 4
    private static let memberLimit = 64 << 20
    private static let descriptionLimit = 1 << 20

    static func isArchive(_ name: String) -> Bool {
        let lower = name.lowercased()
        return [".jar", ".war", ".ear", ".jmod", ".hpi", ".par", ".sar"].contains(where: lower.hasSuffix)
    }

    /// Reads an archive and those inside of it.
    ///
    /// - Throws: `SlipwayError` where it is no ZIP file.
    static func read(_ bytes: PositionedBytes, path: String, layer: Digest?) throws -> [JavaArchive] {
        var room = 256 << 20
        return try read(bytes, path, layer, depth: 0, &room)
    }

    private static func read(
        _ bytes: PositionedBytes,
        _ path: String,
        _ layer: Digest?,
        depth: Int,
        _ room: inout Int
    ) throws -> [JavaArchive] {
        let archive = try ZipArchive(bytes, name: path)
        var projects: [Project] = []
        var manifest: [String: String] = [:]
        var nested: [JavaArchive] = []
        for entry in archive.entries {
            if entry.name == "META-INF/MANIFEST.MF" {
                manifest = attributes(try archive.contents(of: entry, limit: descriptionLimit))
            } else if entry.name.hasPrefix("META-INF/maven/"), entry.name.hasSuffix("/pom.properties") {
                let values = properties(try archive.contents(of: entry, limit: descriptionLimit))
                guard let artifact = values["artifactId"], !artifact.isEmpty else { continue }
                projects.append(
                    Project(group: values["groupId"], artifact: artifact, version: values["version"], license: nil)
                )
            } else if isArchive(entry.name), depth < depthLimit, entry.size <= UInt64(min(memberLimit, max(0, room))) {
                room -= Int(entry.size)
                let content = PositionedBytes.memory(try archive.contents(of: entry, limit: memberLimit))
                nested += try read(content, "\(path)!/\(entry.name)", layer, depth: depth + 1, &room)
            }
        }
        if projects.isEmpty, let project = project(manifest, fileName: path) { projects = [project] }
        let license = manifest["Bundle-License"].flatMap { $0.contains("://") ? nil : $0 }
        if let license, projects.count == 1, let one = projects.first {
            projects = [Project(group: one.group, artifact: one.artifact, version: one.version, license: license)]
        }
        return (projects.isEmpty ? [] : [JavaArchive(path: path, layer: layer, projects: projects)]) + nested
    }

    /// From the manifest and `name-1.0.jar`: what there is where Maven did not build it.
    private static func project(_ manifest: [String: String], fileName path: String) -> Project? {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let stem = String(file.prefix(upTo: file.lastIndex(of: ".") ?? file.endIndex))
        let match = stem.wholeMatch(of: /(.+?)-([0-9][A-Za-z0-9.+_-]*)/)
        let symbolic = manifest["Bundle-SymbolicName"]?.split(separator: ";").first.map(String.init)
        let version = match.map { String($0.2) } ?? manifest["Implementation-Version"] ?? manifest["Bundle-Version"]
        // A program's own archive without a version names nothing that anybody else made.
        guard version != nil || symbolic != nil else { return nil }
        let artifact = match.map { String($0.1) } ?? stem
        var group = manifest["Implementation-Vendor-Id"]
        if group == nil, let symbolic, symbolic.contains(".") {
            // org.example.thing for thing.jar: the group stands before the name, or is all of it.
            let parts = symbolic.split(separator: ".")
            group = parts.last.map(String.init) == artifact ? parts.dropLast().joined(separator: ".") : symbolic
        }
        return Project(group: group, artifact: artifact, version: version, license: nil)
    }

    /// Manifest attributes of the main section; a line that begins with a blank goes on with the one before.
    static func attributes(_ bytes: [UInt8]) -> [String: String] {
        var lines: [String] = []
        for line in String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n").split(
            separator: "\n",
            omittingEmptySubsequences: false
        ) {
            if line.isEmpty { break }
            if line.hasPrefix(" "), !lines.isEmpty {
                lines[lines.count - 1] += line.dropFirst()
            } else {
                lines.append(String(line))
            }
        }
        return pairs(lines, ":")
    }

    private static func properties(_ bytes: [UInt8]) -> [String: String] {
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
        return pairs(lines.filter { !$0.hasPrefix("#") }, "=")
    }

    private static func pairs(_ lines: [String], _ separator: Character) -> [String: String] {
        var values: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: separator, maxSplits: 1)
            guard parts.count == 2 else { continue }
            values[parts[0].trimmingCharacters(in: .whitespaces)] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        return values.filter { !$0.value.isEmpty }
    }
}
