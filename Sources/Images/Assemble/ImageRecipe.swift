import Core
import Foundation

/// What an image shall hold and how it shall start.
package struct ImageRecipe: Sendable {
    /// A program of the build.
    package struct Executable: Sendable, Hashable {
        package var source: URL
        /// Where it lies in the image; `/app/<name>` unless told.
        package var destination: String

        package init(source: URL, destination: String? = nil) {
            self.source = source
            self.destination = destination ?? "/app/\(source.lastPathComponent)"
        }
    }

    /// A file or folder that goes into the image as it is.
    package struct Resource: Sendable, Hashable {
        package var source: URL
        package var destination: String

        package init(source: URL, destination: String) {
            self.source = source
            self.destination = destination
        }
    }

    /// A file that is made from bytes, such as a list of what a program was linked from.
    package struct GeneratedFile: Sendable, Hashable {
        package var destination: String
        package var contents: [UInt8]

        package init(destination: String, contents: [UInt8]) {
            self.destination = destination
            self.contents = contents
        }
    }

    package var foundation = ImageFoundation.scratch
    /// Needed only where no executable says it; a disagreement is refused.
    package var platform: Platform?
    package var packing = LayerPacking.gzip
    package var executables: [Executable]
    package var resources: [Resource] = []
    package var generatedFiles: [GeneratedFile] = []
    /// Libraries that a program opens while it runs, so that no header names them.
    package var libraries: [URL] = []
    /// Empty folders that the user may write to.
    package var directories: [String] = []
    /// nil: the base's, and without one the standard one.
    package var user: ImageUser?
    /// A user that the base knows by name; only on a base.
    package var namedUser: String?
    package var ports: [String] = []
    /// `NAME=value`, in order.
    package var environment: [String] = []
    package var labels: [String: String] = [:]
    /// Annotations of the manifest beside the labels, which are annotations too.
    package var annotations: [String: String] = [:]
    /// The first executable unless told.
    package var entrypoint: [String]?
    package var command: [String] = []
    package var stopSignal: String?
    package var healthCheck: ImageConfig.HealthCheck?
    /// nil: the base's, else `/`.
    package var workingDirectory: String?
    package var includesTimeZones = true
    package var includesCertificates = true
    package var stamp: BuildStamp

    package init(executables: [Executable], stamp: BuildStamp) {
        self.executables = executables
        self.stamp = stamp
    }
}

/// Who a container runs as.
package struct ImageUser: Sendable, Hashable {
    package var name: String
    package var uid: UInt32
    package var gid: UInt32

    package init(name: String, uid: UInt32, gid: UInt32) {
        self.name = name
        self.uid = uid
        self.gid = gid
    }

    /// The user that images without a user of their own agree on.
    package static let standard = ImageUser(name: "nonroot", uid: 65532, gid: 65532)

    /// Reads `root`, `name`, `uid`, `uid:gid`, `name:uid` or `name:uid:gid`.
    package init(parsing text: String) throws {
        var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        var name: String?
        if let first = parts.first, UInt32(first) == nil {
            name = first
            parts.removeFirst()
        }
        let numbers = parts.compactMap(UInt32.init)
        let validName = name.map { $0.wholeMatch(of: /[a-z_][a-z0-9_-]{0,31}/) != nil } ?? true
        guard numbers.count == parts.count, numbers.count <= 2, validName, name != nil || !numbers.isEmpty else {
            throw SlipwayError(
                .invalidInput,
                "\"\(text)\" is not a user",
                next: "Write it as 1000, 1000:1000, app or app:1000:1000."
            )
        }
        let uid = numbers.first ?? (name == "root" ? 0 : Self.standard.uid)
        self.init(
            name: name ?? (uid == 0 ? "root" : uid == Self.standard.uid ? Self.standard.name : "app"),
            uid: uid,
            gid: numbers.count == 2 ? numbers[1] : uid
        )
        guard (self.name == "root") == (self.uid == 0) else {
            throw SlipwayError(.invalidInput, "\"\(text)\" is not a user", why: "Only root has the number 0.")
        }
    }

    /// Numbers, because Kubernetes cannot tell whether a name is root (`runAsNonRoot`).
    package var configuration: String { "\(uid):\(gid)" }
}
