import Core
import Foundation
import Images
import Kubernetes

/// Works out what exactly a container of a pod is to be.
struct ContainerPlanner {
    let context: PodContext
    let container: ContainerView
    let image: ReadyImage
    let volumes: [String: PreparedVolume]
    let attachment: PodAttachment
    /// Files that every container of the pod sees: `/etc/hosts` and its like, by their place in the container.
    let podFiles: [String: URL]
    let hostname: String

    /// - Throws: `ContainerConfigurationError` for what is missing, wrong, or not supported here.
    func plan(terminationMessage: URL, controlGroup: String?) throws(ContainerConfigurationError) -> ContainerSpec {
        try refuseUnsupported()
        let environment = try environment()
        let arguments = try arguments(environment)
        let directory = container.json["workingDir"]?.string ?? image.config.workingDirectory
        var spec = ContainerSpec(
            hostname: hostname,
            arguments: arguments,
            environment: environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        )
        spec.workingDirectory = directory.isEmpty ? "/" : directory
        spec.user = try UserResolver(pod: context.pod, container: container, image: image.config, root: image.root)
            .resolve()
        spec.capabilities = try Capabilities.resolve(
            add: list(security["capabilities"]?["add"]),
            drop: list(security["capabilities"]?["drop"])
        )
        spec.noNewPrivileges = security["allowPrivilegeEscalation"]?.bool == false
        spec.isRootReadOnly = security["readOnlyRootFilesystem"]?.bool ?? false
        spec.mounts = try mounts(environment)
        let messagePath = container.json["terminationMessagePath"]?.string ?? "/dev/termination-log"
        if !messagePath.isEmpty { spec.mounts.append(.init(source: terminationMessage.path, destination: messagePath)) }
        spec.limits = ContainerSpec.Limits(
            memoryBytes: container.limit("memory").map { Int64($0.value) },
            cpuMillis: container.limit("cpu").map { Int64($0.milliValue) },
            cpuRequestMillis: Int64(container.request("cpu")?.milliValue ?? 0)
        )
        spec.networkNamespace = attachment.namespacePath
        spec.controlGroup = controlGroup
        spec.seccomp = try seccomp()
        for setting in podSecurity["sysctls"]?.array ?? [] {
            if let name = setting["name"]?.string { spec.sysctls[name] = setting["value"]?.string ?? "" }
        }
        spec.stopSignal = try stopSignal()
        return spec
    }

    /// The container's own, else the image's, else SIGTERM; by name or number.
    private func stopSignal() throws(ContainerConfigurationError) -> Int32 {
        guard let name = container.json[path: "lifecycle", "stopSignal"]?.string ?? image.config.stopSignal else {
            return SIGTERM
        }
        guard let number = SignalName.number(of: name) else {
            throw ContainerConfigurationError(.create, "unknown stop signal \"\(name)\"")
        }
        return number
    }

    private var security: JSON { container.json["securityContext"] ?? .object([:]) }
    private var podSecurity: JSON { context.pod["spec", "securityContext"] ?? .object([:]) }

    private func list(_ json: JSON?) -> [String] { json?.array?.compactMap(\.string) ?? [] }

    private func refuseUnsupported() throws(ContainerConfigurationError) {
        func refuse(_ what: String) throws(ContainerConfigurationError) {
            throw ContainerConfigurationError(.configuration, "\(what) is not supported by the local cluster")
        }
        for field in ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"] {
            if context.pod["spec", field]?.bool ?? false { try refuse(field) }
        }
        if security["privileged"]?.bool ?? false { try refuse("a privileged container") }
        if container.json["volumeDevices"]?.array?.isEmpty == false { try refuse("volumeDevices") }
        if container.json["tty"]?.bool ?? false { try refuse("tty") }
        if container.json["stdin"]?.bool ?? false { try refuse("stdin") }
    }

    private func environment() throws(ContainerConfigurationError) -> [String: String] {
        var variables = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
        variables["HOSTNAME"] = hostname
        for entry in image.config.environment {
            guard let equals = entry.firstIndex(of: "=") else { continue }
            variables[String(entry[..<equals])] = String(entry[entry.index(after: equals)...])
        }
        variables.merge(try EnvironmentBuilder(context: context, container: container).build()) { _, new in new }
        return variables
    }

    /// `command` replaces the image's entry point and its arguments; `args` alone only the arguments.
    private func arguments(_ environment: [String: String]) throws(ContainerConfigurationError) -> [String] {
        let command = list(container.json["command"]).map { VariableExpansion.expand($0, environment) }
        let arguments = list(container.json["args"]).map { VariableExpansion.expand($0, environment) }
        let result =
            if !command.isEmpty {
                command + arguments
            } else {
                image.config.entrypoint + (arguments.isEmpty ? image.config.command : arguments)
            }
        guard !result.isEmpty else { throw ContainerConfigurationError(.create, "no command specified") }
        return result
    }

    private func mounts(_ environment: [String: String]) throws(ContainerConfigurationError) -> [ContainerSpec.Mount] {
        var mounts = podFiles.sorted { $0.key < $1.key }
            .map { ContainerSpec.Mount(source: $0.value.path, destination: $0.key) }
        for mount in container.json["volumeMounts"]?.array ?? [] {
            let name = mount["name"]?.string ?? ""
            guard let volume = volumes[name] else {
                throw ContainerConfigurationError(.configuration, "cannot find volume \"\(name)\" to mount")
            }
            if let propagation = mount["mountPropagation"]?.string, propagation != "None" {
                throw ContainerConfigurationError(
                    .configuration,
                    "mountPropagation \(propagation) is not supported by the local cluster"
                )
            }
            let expression = mount["subPathExpr"]?.string.map { VariableExpansion.expand($0, environment) }
            let destination = mount["mountPath"]?.string ?? ""
            mounts.removeAll { $0.destination == destination }
            mounts.append(
                ContainerSpec.Mount(
                    source: try source(volume, subPath: expression ?? mount["subPath"]?.string ?? ""),
                    destination: destination.hasPrefix("/") ? destination : "/\(destination)",
                    isReadOnly: volume.isReadOnly || mount["readOnly"]?.bool ?? false
                )
            )
        }
        return mounts
    }

    /// A part of a volume, made if it is missing; never outside of the volume.
    private func source(_ volume: PreparedVolume, subPath: String) throws(ContainerConfigurationError) -> String {
        guard !subPath.isEmpty else { return volume.path }
        let place = URL(filePath: volume.path).appending(path: subPath)
        func refuse() -> ContainerConfigurationError {
            ContainerConfigurationError(
                .configuration,
                "failed to prepare subPath for volumeMount \"\(subPath)\" of container \"\(container.name)\""
            )
        }
        guard !subPath.hasPrefix("/"), !subPath.split(separator: "/").contains("..") else { throw refuse() }
        if access(place.path, F_OK) != 0 {
            guard (try? FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)) != nil else {
                throw refuse()
            }
        }
        let base = URL(filePath: volume.path).resolvingSymlinksInPath().path
        let real = place.resolvingSymlinksInPath().path
        guard real == base || real.hasPrefix(base + "/") else { throw refuse() }
        return real
    }

    private func seccomp() throws(ContainerConfigurationError) -> ContainerSpec.Seccomp {
        let profile = security["seccompProfile"] ?? podSecurity["seccompProfile"]
        switch profile?["type"]?.string {
        case nil, "Unconfined": return .unconfined
        case "RuntimeDefault": return .runtimeDefault
        case let type?:
            throw ContainerConfigurationError(
                .configuration,
                "seccompProfile of type \(type) is not supported by the local cluster"
            )
        }
    }
}
