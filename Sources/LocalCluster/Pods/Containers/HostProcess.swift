import Core
import Foundation
import Images

/// Runs an image's program as a plain process of this machine, where containers cannot be had.
///
/// The program finds its own libraries: it is started through the image's loader with the image's library folders. It
/// sees the host's files, so paths of volumes in its arguments and environment are replaced by where they really are.
struct HostProcess {
    let spec: ContainerSpec
    let image: ReadyImage
    let folder: ContainerFolder
    /// The pod's own loopback address.
    let address: String

    func launch() throws -> ProcessLaunch {
        var environment: [String: String] = [:]
        for entry in spec.environment {
            guard let equals = entry.firstIndex(of: "=") else { continue }
            environment[String(entry[..<equals])] = relocated(String(entry[entry.index(after: equals)...]))
        }
        // Pods share the host's network here: each must listen on its own address.
        environment["HOST"] = address
        let arguments = spec.arguments.map(relocated)
        let program = try program(arguments[0], searching: environment["PATH"] ?? "")
        let directory = inImage(spec.workingDirectory)
        let hasDirectory = FileManager.default.fileExists(atPath: directory)
        let command = command(for: program)
        return ProcessLaunch(
            executable: command[0],
            arguments: Array(command.dropFirst()) + arguments.dropFirst(),
            environment: environment,
            workingDirectory: hasDirectory ? directory : folder.url.path
        )
    }

    private func inImage(_ path: String) -> String {
        image.root.path + (path.hasPrefix("/") ? path : "/\(path)")
    }

    /// A value that is a path in a volume, or below one.
    private func relocated(_ value: String) -> String {
        // The longest destination first: a volume may be mounted inside another.
        for mount in spec.mounts.sorted(by: { $0.destination.count > $1.destination.count }) {
            if value == mount.destination { return mount.source }
            if value.hasPrefix(mount.destination + "/") {
                return mount.source + value.dropFirst(mount.destination.count)
            }
        }
        return value
    }

    private func program(_ name: String, searching path: String) throws -> String {
        let candidates =
            name.contains("/") ? [name] : path.split(separator: ":").map { "\($0)/\(name)" }
        for candidate in candidates {
            let place = resolve(candidate)
            if FileManager.default.isExecutableFile(atPath: place) { return place }
        }
        throw SlipwayError(.external, "executable file `\(name)` not found in $PATH: No such file or directory")
    }

    /// The file a path in the image means: absolute links are the image's, not the host's.
    private func resolve(_ path: String) -> String {
        var path = path
        for _ in 0..<16 {
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: inImage(path)) else { break }
            path = target.hasPrefix("/") ? target : (path as NSString).deletingLastPathComponent + "/" + target
        }
        return inImage(path)
    }

    /// The image's own loader with its own libraries, where it has one; else the program as it is.
    private func command(for program: String) -> [String] {
        let loaders = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-x86_64.so.1"]
        guard let loader = loaders.map(resolve).first(where: { FileManager.default.fileExists(atPath: $0) }),
            isDynamic(program)
        else { return [program] }
        let folders = [
            "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib",
        ].map(inImage).filter { FileManager.default.fileExists(atPath: $0) }
        return [loader, "--library-path", folders.joined(separator: ":"), program]
    }

    /// Whether the file is an ELF program of 64 bits that asks for a loader (System V ABI: a segment of type 3).
    private func isDynamic(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path), let head = try? file.read(upToCount: 4096) else {
            return false
        }
        let bytes = [UInt8](head)
        func number(_ offset: Int, _ count: Int) -> Int {
            bytes[offset..<(offset + count)].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        guard bytes.count >= 64, bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]) else { return false }
        let table = number(32, 4)
        let size = number(54, 2)
        return (0..<number(56, 2)).contains { index in
            let entry = table + index * size
            return entry + 4 <= bytes.count && number(entry, 4) == 3
        }
    }
}
