import Core
import Foundation
import Images

/// What `cargo auditable` writes into a program: the crates that it was built from, as JSON packed by zlib, in the section
/// `.dep-v0`.
struct RustBuildInformation: Sendable, Hashable {
    static let section = ".dep-v0"
    /// The format's own limit for readers.
    static let limit = 8 << 20

    struct Crate: Sendable, Hashable {
        let name: String
        let version: String
        /// `crates.io`, `git`, `local`, `registry`.
        let source: String
        /// Whether it only ran during the build.
        let isBuildOnly: Bool
    }

    let crates: [Crate]

    /// - Throws: `SlipwayError` where the section is damaged.
    init(section bytes: [UInt8]) throws {
        // zlib's header has two bytes; its checksum at the end is not part of the packed data.
        guard bytes.count > 6, bytes[0] & 0x0F == 8, (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0 else {
            throw SlipwayError(.invalidInput, "its list of crates is not packed by zlib")
        }
        let decoder = try GzipDecoder(
            MemorySource(Array(bytes.dropFirst(2).dropLast(4))),
            format: .raw,
            name: Self.section
        )
        let json = try JSON(parsing: Data(try decoder.readAll(limit: Self.limit, Self.section)))
        guard let packages = json["packages"]?.array else {
            throw SlipwayError(.invalidInput, "its list of crates has no packages")
        }
        crates = packages.compactMap { entry in
            guard let name = entry["name"]?.string, let version = entry["version"]?.string else { return nil }
            return Crate(
                name: name,
                version: version,
                source: entry["source"]?.string ?? "",
                isBuildOnly: entry["kind"]?.string == "build"
            )
        }
    }
}
