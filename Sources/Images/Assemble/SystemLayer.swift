import Core
import Foundation

/// What a program needs of a system although no header names it, and the records of what was copied.
struct SystemLayer {
    let root: SystemRoot
    let recipe: ImageRecipe

    /// Libraries that glibc opens while it runs: name services, and unwinding for `pthread_exit` and backtraces.
    static let openedByGlibc = ["libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2", "libgcc_s.so.1"]

    private static let certificateBundles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ]

    /// Adds folders, users, name service settings, certificates and time zones.
    ///
    /// - Returns: What could not be added, in words for the user.
    func addBase(to tree: inout LayeredTree) throws -> [String] {
        var notes: [String] = []
        for folder in ["dev", "etc", "home", "proc", "run", "sys", "usr", "var"] {
            try tree.add(.folder, at: ArchivePath(folder), from: "the base")
        }
        for folder in ["tmp", "var/tmp"] {
            try tree.add(TreeNode(content: .directory, mode: 0o1777), at: ArchivePath(folder), from: "the base")
        }
        try addUsers(to: &tree)
        try add("etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n", to: &tree)
        if try tree.addSystemFile("/etc/os-release", of: root) == nil {
            notes.append("there is no /etc/os-release: scanners will not know the distribution")
        }
        if recipe.includesCertificates, try !addCertificates(to: &tree) {
            notes.append("no CA certificates were found: programs in the image cannot verify TLS servers")
        }
        if recipe.includesTimeZones, try !addTimeZones(to: &tree) {
            notes.append("no time zones were found: programs in the image know UTC only")
        }
        return notes
    }

    private func add(_ path: String, _ text: String, to tree: inout LayeredTree) throws {
        try tree.add(.file(Array(text.utf8)), at: ArchivePath(path), from: "the base")
    }

    private func addUsers(to tree: inout LayeredTree) throws {
        let user = recipe.user ?? .standard
        var passwd = "root:x:0:0:root:/root:/sbin/nologin\n"
        var group = "root:x:0:\n"
        let home = user.uid == 0 ? "root" : "home/\(user.name)"
        if user.uid != 0 { passwd += "\(user.name):x:\(user.uid):\(user.gid):\(user.name):/\(home):/sbin/nologin\n" }
        if user.gid != 0 { group += "\(user.name):x:\(user.gid):\n" }
        try add("etc/passwd", passwd, to: &tree)
        try add("etc/group", group, to: &tree)
        let owned = TreeNode(content: .directory, mode: 0o700, uid: user.uid, gid: user.gid)
        try tree.add(owned, at: ArchivePath(home), from: "the base")
    }

    private func addCertificates(to tree: inout LayeredTree) throws -> Bool {
        guard let bundle = Self.certificateBundles.compactMap({ root.resolve($0) }).first(where: { !$0.isDirectory })
        else { return false }
        // One place for all: OpenSSL, BoringSSL, Go and Swift look here, whatever the distribution calls its own.
        let host = URL(filePath: root.hostPath(bundle.path))
        let place = ArchivePath(Self.certificateBundles[0])
        try tree.add(try LayeredTree.fileNode(host), at: place, from: host.path)
        return true
    }

    private func addTimeZones(to tree: inout LayeredTree) throws -> Bool {
        let folder = "/usr/share/zoneinfo"
        let names = root.names(in: folder)
        guard names.contains("UTC") else { return false }
        // posix/ and right/ hold the same zones again, and localtime is this machine's own setting.
        for name in names where !["posix", "right", "localtime", "posixrules"].contains(name) {
            try addZones("\(folder)/\(name)", to: &tree)
        }
        return true
    }

    private func addZones(_ path: String, to tree: inout LayeredTree) throws {
        guard let resolution = root.resolve(path) else { return }
        // A zone that is a link out of the folder (Debian's localtime) is this machine's own setting.
        guard resolution.path.hasPrefix("/usr/share/zoneinfo/") else { return }
        if resolution.isDirectory, resolution.path == path {
            for name in root.names(in: path) { try addZones("\(path)/\(name)", to: &tree) }
        } else {
            try tree.addSystemFile(path, of: root)
        }
    }

    /// Adds dpkg's records of every package of which something was copied.
    ///
    /// - Returns: What nobody's record covers, in words for the user.
    func addPackageRecords(to tree: inout LayeredTree) throws -> [String] {
        let database = DpkgDatabase(root: root)
        let copied = copiedPaths(tree)
        guard database.exists else {
            return copied.isEmpty ? [] : ["this is no Debian system: \(copied.count) system files are in no record"]
        }
        var owners = try database.owners(of: copied)
        // The bundle is made from the package's files when it is installed, so no list names it.
        let bundle = Self.certificateBundles[0]
        if copied.contains(bundle) {
            owners[bundle] = owners[bundle] ?? DpkgDatabase.Package(name: "ca-certificates", architecture: nil)
        }
        let packages = Set(owners.values)
        let paragraphs = try database.paragraphs(for: packages)
        for package in packages.sorted() {
            guard let paragraph = paragraphs[package] else { continue }
            let record = "var/lib/dpkg/status.d/\(package.name)"
            try add(record, paragraph, to: &tree)
            let paths = Set(owners.filter { $0.value == package }.keys)
            if let sums = try database.checksums(of: package, for: paths) {
                try add("\(record).md5sums", sums, to: &tree)
            }
            try tree.addSystemFile("/usr/share/doc/\(package.name)/copyright", of: root)
        }
        let unowned = copied.subtracting(owners.keys).sorted()
        return unowned.isEmpty ? [] : ["no package owns \(unowned.joined(separator: ", "))"]
    }

    /// Regular files of the tree that were copied from the system.
    private func copiedPaths(_ tree: LayeredTree) -> Set<String> {
        var paths: Set<String> = []
        for case (let path, let node) in tree.layers.joined() {
            if case .file = node.content { paths.insert("/\(path)") }
        }
        return paths
    }
}
