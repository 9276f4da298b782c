import Core
import Foundation
import Kubernetes

/// Why a volume cannot be had; worded as the kubelet words it.
struct VolumeProblem: Error, Hashable {
    let volume: String
    let reason: String

    var message: String { "MountVolume.SetUp failed for volume \"\(volume)\" : \(reason)" }
}

/// A volume as a folder (or, for some of the host's, a file) of this machine.
struct PreparedVolume: Sendable, Hashable {
    let path: String
    var isReadOnly = false
}

/// Makes a pod's volumes on disk. May be repeated: contents that come from objects are brought up to date.
struct VolumeBuilder {
    let context: PodContext
    /// The pod's own folder for volumes.
    let folder: URL
    /// Where the cluster keeps what persistent volume claims are bound to.
    let claims: URL

    func prepare() throws(VolumeProblem) -> [String: PreparedVolume] {
        var prepared: [String: PreparedVolume] = [:]
        for volume in context.pod["spec", "volumes"]?.array ?? [] {
            let name = volume["name"]?.string ?? ""
            do {
                prepared[name] = try prepare(volume, at: folder.appending(path: name))
            } catch let problem as ReferenceProblem {
                throw VolumeProblem(volume: name, reason: problem.message)
            } catch {
                throw VolumeProblem(volume: name, reason: "\(error)")
            }
        }
        return prepared
    }

    private var group: UInt32? {
        context.pod["spec", "securityContext", "fsGroup"]?.int.flatMap(UInt32.init(exactly:))
    }

    private func prepare(_ volume: JSON, at url: URL) throws -> PreparedVolume {
        if let source = volume["emptyDir"] { return try emptyFolder(source, at: url) }
        if let source = volume["persistentVolumeClaim"] { return try claim(source) }
        if let source = volume["hostPath"] { return try hostPath(source) }
        let files = VolumeFiles(context: context)
        let content: [VolumeFile]
        if let source = volume["configMap"] {
            content = try files.configMap(source, name: source["name"]?.string, defaultMode: mode(source))
        } else if let source = volume["secret"] {
            content = try files.secret(source, name: source["secretName"]?.string, defaultMode: mode(source))
        } else if let source = volume["downwardAPI"] {
            content = try files.downward(source, defaultMode: mode(source))
        } else if let source = volume["projected"] {
            content = try files.projected(source, defaultMode: mode(source))
        } else {
            let kind = (volume.object ?? [:]).keys.filter { $0 != "name" }.sorted().joined(separator: ", ")
            throw ReferenceProblem(message: "volumes of kind \(kind) are not supported by the local cluster")
        }
        try AtomicFolder(url: url, group: group).write(content)
        return PreparedVolume(path: url.path, isReadOnly: true)
    }

    private func mode(_ source: JSON) -> Int { source["defaultMode"]?.int ?? 0o644 }

    private func emptyFolder(_ source: JSON, at url: URL) throws -> PreparedVolume {
        // In memory: below a file system that is, so that it needs no mount that could be left behind.
        var place = url
        if source["medium"]?.string == "Memory", FileManager.default.fileExists(atPath: SharedMemory.root) {
            place = SharedMemory.folder(of: context.pod.uid ?? "").appending(path: url.lastPathComponent)
        }
        if !FileManager.default.fileExists(atPath: place.path) {
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            // slipway:allow(world-writable-file) Kubernetes gives such volumes to any user of the pod
            chmod(place.path, 0o777)
            if let group { FileOwnership.give(place, to: group) }
        }
        return PreparedVolume(path: place.path)
    }

    private func claim(_ source: JSON) throws -> PreparedVolume {
        let name = source["claimName"]?.string ?? ""
        guard let claim = context.claims[name] else {
            throw ReferenceProblem(message: "persistentvolumeclaim \"\(name)\" not found")
        }
        guard claim["status", "phase"]?.string == "Bound", let volume = claim["spec", "volumeName"]?.string,
            !volume.isEmpty, !volume.contains("/"), volume != "..", volume != "."
        else { throw ReferenceProblem(message: "PVC \(context.namespace)/\(name) is not bound") }
        let place = claims.appending(path: volume)
        if !FileManager.default.fileExists(atPath: place.path) {
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            // What provisioners for a single node do: any user may write, as the volume is asked for by name.
            // slipway:allow(world-writable-file) Kubernetes gives such volumes to any user of the pod
            chmod(place.path, 0o777)
        }
        if let group { FileOwnership.give(place, to: group) }
        return PreparedVolume(path: place.path, isReadOnly: source["readOnly"]?.bool ?? false)
    }

    private func hostPath(_ source: JSON) throws -> PreparedVolume {
        let path = source["path"]?.string ?? ""
        let status = FileStatus(path)
        let exists = status != nil
        let isFolder = status?.isFolder ?? false
        switch source["type"]?.string ?? "" {
        case "": break
        case "DirectoryOrCreate":
            if !exists {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            } else if !isFolder {
                throw ReferenceProblem(message: "hostPath type check failed: \(path) is not a directory")
            }
        case "Directory":
            guard isFolder else {
                throw ReferenceProblem(message: "hostPath type check failed: \(path) is not a directory")
            }
        case "FileOrCreate", "File":
            if !exists, source["type"]?.string == "FileOrCreate" { close(open(path, O_CREAT | O_CLOEXEC, 0o644)) }
            guard FileStatus(path)?.isRegular ?? false else {
                throw ReferenceProblem(message: "hostPath type check failed: \(path) is not a file")
            }
        case let type:
            throw ReferenceProblem(message: "hostPath volumes of type \(type) are not supported by the local cluster")
        }
        guard access(path, F_OK) == 0 else {
            throw ReferenceProblem(message: "hostPath type check failed: \(path) does not exist")
        }
        return PreparedVolume(path: path)
    }
}

/// Something a volume names and that is not there.
struct ReferenceProblem: Error, Hashable {
    let message: String
}

/// The machine's file system in memory.
enum SharedMemory {
    static let root = "/dev/shm"

    static func folder(of uid: String) -> URL { URL(filePath: root).appending(path: "slipway-\(uid)") }
}

/// Hands files to a group.
enum FileOwnership {
    /// Gives a tree to a group that may then write there; new files inherit the group.
    static func give(_ url: URL, to group: UInt32) {
        guard geteuid() == 0 else { return }
        apply(url.path, group)
        guard let paths = FileManager.default.enumerator(atPath: url.path) else { return }
        for case let path as String in paths { apply("\(url.path)/\(path)", group) }
    }

    private static func apply(_ path: String, _ group: UInt32) {
        guard let status = FileStatus(path, followsLinks: false), lchown(path, uid_t.max, group) == 0 else { return }
        if status.isFolder {
            chmod(path, status.permissions | 0o2070)
        } else if status.isRegular {
            chmod(path, status.permissions | 0o060)
        }
    }
}
