import Core
import Foundation
import Images
import Kubernetes

/// Finds out as whom a container runs: what the pod says, else what the image says, names looked up in the image.
struct UserResolver {
    let pod: KubernetesObject
    let container: ContainerView
    let image: ImageConfig
    /// The image's files.
    let root: URL

    /// - Throws: `ContainerConfigurationError` where the user is unknown, or is root against `runAsNonRoot`.
    func resolve() throws(ContainerConfigurationError) -> ContainerSpec.User {
        let parts = image.user.split(separator: ":", maxSplits: 1).map(String.init)
        let named = parts.first ?? ""
        let asked = setting("runAsUser").flatMap { UInt32(exactly: $0) }
        if asked == nil, isNonRootRequired, !named.isEmpty, UInt32(named) == nil {
            throw ContainerConfigurationError(
                .configuration,
                "container has runAsNonRoot and image has non-numeric user (\(named)), cannot verify user is "
                    + "non-root (pod: \"\(label)\", container: \(container.name))"
            )
        }
        let user = if let asked { account(uid: asked) } else { try imageAccount(named) }
        if isNonRootRequired, user.uid == 0 {
            let why = asked == nil ? "image will run as root" : "container's runAsUser breaks non-root policy"
            throw ContainerConfigurationError(
                .configuration,
                asked == nil
                    ? "container has runAsNonRoot and \(why) (pod: \"\(label)\", container: \(container.name))"
                    : "\(why) (pod: \"\(label)\", container: \(container.name))"
            )
        }
        var gid = user.gid
        if let group = setting("runAsGroup").flatMap({ UInt32(exactly: $0) }) {
            gid = group
        } else if asked == nil, parts.count == 2 {
            gid = try groupID(parts[1])
        }
        return ContainerSpec.User(uid: user.uid, gid: gid, additionalGroups: additionalGroups(gid))
    }

    private struct Account {
        let uid: UInt32
        let gid: UInt32
    }

    private var label: String { "\(pod.name)_\(pod.namespace ?? "")(\(pod.uid ?? ""))" }

    /// The container's own setting, else the pod's.
    private func setting(_ name: String) -> Int? {
        container.json[path: "securityContext", name]?.int ?? pod["spec", "securityContext", name]?.int
    }

    private var isNonRootRequired: Bool {
        container.json[path: "securityContext", "runAsNonRoot"]?.bool
            ?? pod["spec", "securityContext", "runAsNonRoot"]?.bool ?? false
    }

    private func additionalGroups(_ gid: UInt32) -> [UInt32] {
        var groups = (pod["spec", "securityContext", "supplementalGroups"]?.array ?? [])
            .compactMap { $0.int.flatMap(UInt32.init(exactly:)) }
        if let group = pod["spec", "securityContext", "fsGroup"]?.int.flatMap(UInt32.init(exactly:)) {
            groups.append(group)
        }
        return Set(groups).subtracting([gid]).sorted()
    }

    private func imageAccount(_ name: String) throws(ContainerConfigurationError) -> Account {
        if name.isEmpty { return Account(uid: 0, gid: 0) }
        if let uid = UInt32(name) { return account(uid: uid) }
        guard let account = account(column: 0, is: name) else {
            throw ContainerConfigurationError(
                .create,
                "unable to find user \(name): no matching entries in passwd file"
            )
        }
        return account
    }

    /// A number needs no entry; without one its group is root's.
    private func account(uid: UInt32) -> Account {
        Account(uid: uid, gid: account(column: 2, is: String(uid))?.gid ?? 0)
    }

    /// Looks an account up in the image's `/etc/passwd`.
    private func account(column: Int, is value: String) -> Account? {
        for fields in lines(of: "etc/passwd", atLeast: 4) where fields[column] == value {
            if let uid = UInt32(fields[2]), let gid = UInt32(fields[3]) { return Account(uid: uid, gid: gid) }
        }
        return nil
    }

    private func groupID(_ name: String) throws(ContainerConfigurationError) -> UInt32 {
        if let gid = UInt32(name) { return gid }
        for fields in lines(of: "etc/group", atLeast: 3) where fields[0] == name {
            if let gid = UInt32(fields[2]) { return gid }
        }
        throw ContainerConfigurationError(.create, "unable to find group \(name): no matching entries in group file")
    }

    private func lines(of file: String, atLeast count: Int) -> [[String]] {
        let text = (try? String(contentsOf: root.appending(path: file), encoding: .utf8)) ?? ""
        return text.split(separator: "\n")
            .map { $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init) }
            .filter { $0.count >= count }
    }
}
