import Core
import Kubernetes

/// The rules for a pod's `spec`, also inside the templates of other kinds.
enum PodSpecValidation {
    static func validate(_ spec: JSON, at path: String, restartPolicies: [String], _ errors: inout FieldErrors) {
        let volumes = volumeNames(spec["volumes"], "\(path).volumes", &errors)
        let containers = spec["containers"]?.array ?? []
        if containers.isEmpty { errors.required("\(path).containers") }
        var names: Set<String> = []
        for (list, items) in [("initContainers", spec["initContainers"]?.array ?? []), ("containers", containers)] {
            for (index, container) in items.enumerated() {
                let field = "\(path).\(list)[\(index)]"
                if let name = container["name"]?.string, !names.insert(name).inserted {
                    errors.duplicate("\(field).name", .string(name))
                }
                ContainerValidation.validate(container, at: field, volumes: volumes, &errors)
            }
        }
        errors.requireOne(of: restartPolicies, "\(path).restartPolicy", spec["restartPolicy"])
        errors.requireOne(
            of: ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"],
            "\(path).dnsPolicy",
            spec["dnsPolicy"]
        )
        errors.requireNonNegative("\(path).terminationGracePeriodSeconds", spec["terminationGracePeriodSeconds"])
        if let deadline = spec["activeDeadlineSeconds"]?.int, deadline < 1 {
            errors.invalid(
                "\(path).activeDeadlineSeconds",
                .int(Int64(deadline)),
                "must be between 1 and 2147483647, inclusive"
            )
        }
        if let account = spec["serviceAccountName"]?.string, !account.isEmpty,
            let problem = NameRule.subdomain.problem(with: account)
        {
            errors.invalid("\(path).serviceAccountName", .string(account), problem)
        }
        if let hostname = spec["hostname"]?.string, !hostname.isEmpty,
            let problem = NameRule.label.problem(with: hostname)
        {
            errors.invalid("\(path).hostname", .string(hostname), problem)
        }
        MetadataValidation.labels(spec["nodeSelector"], "\(path).nodeSelector", &errors)
    }

    private static func volumeNames(_ volumes: JSON?, _ path: String, _ errors: inout FieldErrors) -> Set<String> {
        var names: Set<String> = []
        for (index, volume) in (volumes?.array ?? []).enumerated() {
            let field = "\(path)[\(index)]"
            let name = volume["name"]?.string ?? ""
            if name.isEmpty {
                errors.required("\(field).name")
            } else if let problem = NameRule.label.problem(with: name) {
                errors.invalid("\(field).name", .string(name), problem)
            } else if !names.insert(name).inserted {
                errors.duplicate("\(field).name", .string(name))
            }
            let sources = (volume.object ?? [:]).keys.filter { $0 != "name" }.sorted()
            if sources.isEmpty { errors.required(field, "must specify a volume type") }
            for extra in sources.dropFirst() {
                errors.forbidden("\(field).\(extra)", "may not specify more than 1 volume type")
            }
            if volume["persistentVolumeClaim"] != nil,
                volume[path: "persistentVolumeClaim", "claimName"]?.string?.isEmpty ?? true
            {
                errors.required("\(field).persistentVolumeClaim.claimName")
            }
            if volume["hostPath"] != nil, volume[path: "hostPath", "path"]?.string?.isEmpty ?? true {
                errors.required("\(field).hostPath.path")
            }
        }
        return names
    }
}

/// The rules for one container.
enum ContainerValidation {
    static func validate(_ container: JSON, at path: String, volumes: Set<String>, _ errors: inout FieldErrors) {
        let name = container["name"]?.string ?? ""
        if name.isEmpty {
            errors.required("\(path).name")
        } else if let problem = NameRule.label.problem(with: name) {
            errors.invalid("\(path).name", .string(name), problem)
        }
        let image = container["image"]?.string ?? ""
        if image.isEmpty {
            errors.required("\(path).image")
        } else if image != image.trimmingPrefix(while: \.isWhitespace) || image.last?.isWhitespace == true {
            errors.invalid("\(path).image", .string(image), "must not have leading or trailing whitespace")
        }
        errors.requireOne(
            of: ["Always", "IfNotPresent", "Never"],
            "\(path).imagePullPolicy",
            container["imagePullPolicy"]
        )
        errors.requireOne(
            of: ["FallbackToLogsOnError", "File"],
            "\(path).terminationMessagePolicy",
            container["terminationMessagePolicy"]
        )
        ports(container["ports"], at: "\(path).ports", &errors)
        environment(container["env"], at: "\(path).env", &errors)
        mounts(container["volumeMounts"], at: "\(path).volumeMounts", volumes: volumes, &errors)
        resources(container["resources"], at: "\(path).resources", &errors)
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            if let value = container[probe] { self.probe(value, at: "\(path).\(probe)", kind: probe, &errors) }
        }
        for hook in ["postStart", "preStop"] {
            if let handler = container[path: "lifecycle", hook] {
                self.handler(
                    handler,
                    at: "\(path).lifecycle.\(hook)",
                    kinds: ["exec", "httpGet", "tcpSocket", "sleep"],
                    &errors
                )
            }
        }
    }

    private static func ports(_ ports: JSON?, at path: String, _ errors: inout FieldErrors) {
        var names: Set<String> = []
        for (index, port) in (ports?.array ?? []).enumerated() {
            let field = "\(path)[\(index)]"
            if let name = port["name"]?.string, !name.isEmpty {
                if name.utf8.count > 15 {
                    errors.invalid("\(field).name", .string(name), "must be no more than 15 characters")
                } else if name.wholeMatch(of: /[a-z0-9]([a-z0-9-]*[a-z0-9])?/) == nil
                    || name.firstMatch(of: /[a-z]/) == nil || name.contains("--")
                {
                    errors.invalid(
                        "\(field).name",
                        .string(name),
                        "must contain only alpha-numeric characters (a-z, 0-9), hyphens, and at least one letter"
                    )
                } else if !names.insert(name).inserted {
                    errors.duplicate("\(field).name", .string(name))
                }
            }
            if port["containerPort"]?.int == nil || port["containerPort"]?.int == 0 {
                errors.required("\(field).containerPort")
            } else {
                errors.requirePort("\(field).containerPort", port["containerPort"])
            }
            if port["hostPort"]?.int ?? 0 != 0 { errors.requirePort("\(field).hostPort", port["hostPort"]) }
            errors.requireOne(of: ["SCTP", "TCP", "UDP"], "\(field).protocol", port["protocol"])
        }
    }

    private static func environment(_ variables: JSON?, at path: String, _ errors: inout FieldErrors) {
        for (index, variable) in (variables?.array ?? []).enumerated() {
            let field = "\(path)[\(index)]"
            let name = variable["name"]?.string ?? ""
            if name.isEmpty {
                errors.required("\(field).name")
            } else if name.contains("=") || name.utf8.contains(where: { $0 < 0x20 || $0 > 0x7E }) {
                errors.invalid(
                    "\(field).name",
                    .string(name),
                    "a valid environment variable name must consist only of printable ASCII characters other than '='"
                )
            }
            guard let source = variable["valueFrom"] else { continue }
            if variable["value"]?.string?.isEmpty == false {
                errors.invalid("\(field).valueFrom", "", "may not be specified when `value` is not empty")
            }
            let sources = (source.object ?? [:]).keys.sorted()
            if sources.isEmpty {
                let known = "`fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
                errors.invalid("\(field).valueFrom", "", "must specify one of: \(known)")
            } else if sources.count > 1 {
                errors.invalid("\(field).valueFrom", "", "may not have more than one field specified at a time")
            }
            for reference in ["configMapKeyRef", "secretKeyRef"] {
                if source[reference] != nil, source[path: reference, "key"]?.string?.isEmpty ?? true {
                    errors.required("\(field).valueFrom.\(reference).key")
                }
            }
        }
    }

    private static func mounts(_ mounts: JSON?, at path: String, volumes: Set<String>, _ errors: inout FieldErrors) {
        var paths: Set<String> = []
        for (index, mount) in (mounts?.array ?? []).enumerated() {
            let field = "\(path)[\(index)]"
            let name = mount["name"]?.string ?? ""
            if name.isEmpty {
                errors.required("\(field).name")
            } else if !volumes.contains(name) {
                errors.notFound("\(field).name", .string(name))
            }
            let target = mount["mountPath"]?.string ?? ""
            if target.isEmpty {
                errors.required("\(field).mountPath")
            } else if !paths.insert(target).inserted {
                errors.invalid("\(field).mountPath", .string(target), "must be unique")
            }
            if let sub = mount["subPath"]?.string {
                if sub.hasPrefix("/") { errors.invalid("\(field).subPath", .string(sub), "must be a relative path") }
                if sub.split(separator: "/").contains("..") {
                    errors.invalid("\(field).subPath", .string(sub), "must not contain '..'")
                }
            }
        }
    }

    private static func resources(_ resources: JSON?, at path: String, _ errors: inout FieldErrors) {
        errors.requireQuantities("\(path).limits", resources?["limits"])
        errors.requireQuantities("\(path).requests", resources?["requests"])
        let limits = resources?["limits"]?.object ?? [:]
        for (name, value) in (resources?["requests"]?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let request = Quantity(value), let limit = Quantity(limits[name]), request > limit else { continue }
            errors.invalid(
                "\(path).requests",
                .string(request.description),
                "must be less than or equal to \(name) limit of \(limit)"
            )
        }
    }

    private static func probe(_ probe: JSON, at path: String, kind: String, _ errors: inout FieldErrors) {
        handler(probe, at: path, kinds: ["exec", "httpGet", "tcpSocket", "grpc"], &errors)
        for field in ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"]
        {
            errors.requireNonNegative("\(path).\(field)", probe[field])
        }
        if kind != "readinessProbe", let threshold = probe["successThreshold"]?.int, threshold != 1 {
            errors.invalid("\(path).successThreshold", probe["successThreshold"], "must be 1")
        }
    }

    private static func handler(_ handler: JSON, at path: String, kinds: [String], _ errors: inout FieldErrors) {
        let given = kinds.filter { handler[$0] != nil }
        if given.isEmpty { errors.required(path, "must specify a handler type") }
        for extra in given.dropFirst() {
            errors.forbidden("\(path).\(extra)", "may not specify more than 1 handler type")
        }
        if let action = handler["exec"], action["command"]?.array?.isEmpty ?? true {
            errors.required("\(path).exec.command")
        }
        for kind in ["httpGet", "tcpSocket"] {
            guard let port = handler[path: kind, "port"] else {
                if handler[kind] != nil { errors.required("\(path).\(kind).port") }
                continue
            }
            errors.requirePort("\(path).\(kind).port", port)
        }
        if let action = handler["httpGet"] {
            errors.requireOne(of: ["HTTP", "HTTPS"], "\(path).httpGet.scheme", action["scheme"])
        }
    }
}
