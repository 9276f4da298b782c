import Core
import Foundation

/// The files of a job as they were before each of its steps, for the last run of the job: `--from` and `debug` begin
/// there.
///
/// A state lists all files of the job's folder; contents are copied once for each change that a step made, so a step that
/// changes nothing costs one look at every file. Too many files, or too many bytes changed by one step, are not recorded:
/// the state then says so.
struct WorkspaceStates: Sendable {
    static let maximumFiles = 100_000
    static let maximumChange: Int64 = 256 << 20

    private let root: URL
    private let folder: URL
    private let run: String

    init(_ folders: JobFolders, run: String) {
        root = folders.root
        folder = folders.root.appending(path: Self.name)
        self.run = run
    }

    private static let name = "_states"
    /// What is in a job's folder and not of its steps.
    private static let own: Set<String> = [name, "_checkouts", ".lock", ".running"]

    private var owner: URL { folder.appending(path: "run") }
    private var latest: URL { folder.appending(path: "latest") }
    private func state(_ step: Int) -> URL { folder.appending(path: "before-\(step)") }
    private func blob(_ number: Int) -> URL { folder.appending(path: "files/\(number)") }

    // MARK: - Recording

    /// Forgets the states of earlier runs.
    ///
    /// - Throws: `SlipwayError` (`.external`) where the folder cannot be replaced.
    func begin() throws {
        try FolderCopy.remove(folder.path)
        try FileManager.default.createDirectory(
            at: folder.appending(path: "files"),
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        try Data(run.utf8).write(to: owner)
    }

    /// Says that the states up to a step now belong to this run.
    func adopt() throws { try Data(run.utf8).write(to: owner) }

    /// Records the files as they are before a step.
    ///
    /// - Throws: what keeps files from being read or copied.
    func record(before step: Int) throws {
        let target = state(step).path
        unlink(target)
        let old = WorkspaceManifest(reading: latest)
        var walker = WorkspaceWalker(root: root.path, skipping: Self.own, old: old)
        guard walker.walk(limit: Self.maximumFiles, maximumChange: Self.maximumChange) else {
            try Data("\(walker.problem ?? "")\n".utf8).write(to: URL(filePath: target + "-missing"))
            unlink(latest.path)
            return
        }
        if walker.isUnchanged, link(latest.path, target) == 0 { return }
        var next = old.nextBlob
        for index in walker.manifest.entries.indices where walker.manifest.entries[index].needsBlob {
            let entry = walker.manifest.entries[index]
            try FileManager.default.copyItem(atPath: "\(root.path)/\(entry.path)", toPath: blob(next).path)
            walker.manifest.entries[index].blob = next
            next += 1
        }
        walker.manifest.nextBlob = next
        unlink(latest.path)
        try walker.manifest.write(to: latest)
        link(latest.path, target)
    }

    // MARK: - Going back

    /// - Throws: `SlipwayError` (`.external`) where the state before the step is not on record any more.
    func check(before step: Int) throws {
        let holder = (try? String(contentsOf: owner, encoding: .utf8)) ?? ""
        guard holder == run else {
            throw SlipwayError(
                .external,
                "The files before step \(step) of run \(run) are gone",
                why: holder.isEmpty ? "they were deleted" : "the job has run again since, in run \(holder)",
                next: holder.isEmpty ? "Run it anew: slipway run" : "Begin from run \(holder) instead."
            )
        }
        if FileManager.default.fileExists(atPath: state(step).path) { return }
        let why = try? String(contentsOfFile: state(step).path + "-missing", encoding: .utf8)
        throw SlipwayError(
            .external,
            "The files before step \(step) of run \(run) are not on record",
            why: why.map { $0.trimmingCharacters(in: .newlines) } ?? "the step did not begin",
            next: "Begin at an earlier step."
        )
    }

    /// Makes the job's files what they were before a step.
    ///
    /// - Throws: `SlipwayError` (`.external`) where that is not on record.
    func restore(before step: Int) throws {
        try check(before: step)
        let manifest = WorkspaceManifest(reading: state(step))
        for name in try FileManager.default.contentsOfDirectory(atPath: root.path) where !Self.own.contains(name) {
            try FolderCopy.remove("\(root.path)/\(name)")
        }
        for entry in manifest.entries {
            let path = "\(root.path)/\(entry.path)"
            switch entry.mode & UInt32(S_IFMT) {
            case UInt32(S_IFDIR): mkdir(path, 0o700)
            case UInt32(S_IFLNK): symlink(entry.link, path)
            default:
                guard let number = entry.blob else { continue }
                try FileManager.default.copyItem(atPath: blob(number).path, toPath: path)
                entry.applyAttributes(to: path)
            }
        }
        // A folder's time and mode last: what is made in it changes the one and needs the other.
        for entry in manifest.entries.reversed() where entry.mode & UInt32(S_IFMT) == UInt32(S_IFDIR) {
            entry.applyAttributes(to: "\(root.path)/\(entry.path)")
        }
        unlink(latest.path)
    }
}
