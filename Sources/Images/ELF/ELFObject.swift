import Core
import Foundation

/// What the dynamic loader wants to know of an executable or a shared library (System V ABI, chapters 4 and 5).
struct ELFObject: Sendable, Hashable {
    /// What two objects must share to be loaded into one process.
    struct Architecture: Sendable, Hashable {
        let is64Bit: Bool
        let littleEndian: Bool
        /// `e_machine`: 62 is x86-64, 183 is AArch64.
        let machine: UInt16
    }

    let architecture: Architecture
    /// The path of the program interpreter, which is the dynamic loader; libraries and static programs have none.
    let interpreter: String?
    let needed: [String]
    let soname: String?
    /// Search paths by `DT_RPATH`, which also serve the libraries that this object loads.
    let rpath: [String]
    /// Search paths by `DT_RUNPATH`, for this object's own needs alone; where there is one, `DT_RPATH` is void.
    let runpath: [String]
    /// `DF_1_NODEFLIB`: neither the cache nor the default folders are searched.
    let ignoresDefaultFolders: Bool

    /// Reads a file's headers; nil where the file is no ELF object.
    ///
    /// - Throws: `SlipwayError` (`.invalidInput`) where it is one but is damaged.
    init?(_ file: OpenFile, name: String) throws {
        let reader = ELFReader(file: file, name: name)
        guard let header = try ELFHeader(reader) else { return nil }
        let segments = try header.segments(reader)
        architecture = header.architecture
        interpreter = try segments.first { $0.type == ELFSegment.interpreter }.map {
            try reader.string(at: $0.offset, limit: min($0.fileSize, 4096))
        }
        let dynamic = try ELFDynamicSection(reader, header: header, segments: segments)
        needed = try dynamic.strings(.needed)
        soname = try dynamic.strings(.soname).first
        runpath = try dynamic.searchPath(.runpath)
        rpath = runpath.isEmpty ? try dynamic.searchPath(.rpath) : []
        ignoresDefaultFolders = dynamic.flags1 & 0x800 != 0
    }

    /// The platform that an executable of this architecture runs on; nil for one that OCI has no name for.
    var platform: Platform? {
        let little = architecture.littleEndian
        return switch architecture.machine {
        case 3: Platform(os: "linux", architecture: "386")
        case 21: Platform(os: "linux", architecture: little ? "ppc64le" : "ppc64")
        case 22: Platform(os: "linux", architecture: "s390x")
        case 40: Platform(os: "linux", architecture: "arm", variant: "v7")
        case 62: Platform(os: "linux", architecture: "amd64")
        case 183: Platform(os: "linux", architecture: "arm64", variant: "v8")
        case 243: Platform(os: "linux", architecture: "riscv64")
        case 258: Platform(os: "linux", architecture: "loong64")
        default: nil
        }
    }
}
