import Core
import Foundation

/// How a container of an image starts, and which layers it has (OCI image specification, config.md).
package struct ImageConfig: Sendable, Hashable {
    package struct History: Sendable, Hashable {
        package var created: String?
        package var createdBy: String?
        package var comment: String?
        package var emptyLayer: Bool

        package init(
            created: String? = nil,
            createdBy: String? = nil,
            comment: String? = nil,
            emptyLayer: Bool = false
        ) {
            self.created = created
            self.createdBy = createdBy
            self.comment = comment
            self.emptyLayer = emptyLayer
        }
    }

    /// Docker's extension of the configuration, kept by everybody: a command that says whether the container is well.
    package struct HealthCheck: Sendable, Hashable {
        /// `["CMD", …]`, `["CMD-SHELL", line]` or `["NONE"]`.
        package var test: [String]
        /// Durations in nanoseconds; 0 means inherited.
        package var interval: Int64 = 0
        package var timeout: Int64 = 0
        package var startPeriod: Int64 = 0
        package var retries: Int64 = 0

        package init(
            test: [String],
            interval: Int64 = 0,
            timeout: Int64 = 0,
            startPeriod: Int64 = 0,
            retries: Int64 = 0
        ) {
            self.test = test
            self.interval = interval
            self.timeout = timeout
            self.startPeriod = startPeriod
            self.retries = retries
        }
    }

    package var platform: Platform
    /// RFC 3339.
    package var created: String?
    package var author: String?
    /// `user`, `uid`, `user:group` or `uid:gid`; empty means root.
    package var user = ""
    package var environment: [String] = []
    package var entrypoint: [String] = []
    package var command: [String] = []
    package var workingDirectory = ""
    /// `8000/tcp`.
    package var exposedPorts: [String] = []
    package var volumes: [String] = []
    package var labels: [String: String] = [:]
    package var stopSignal: String?
    package var healthCheck: HealthCheck?
    package var shell: [String] = []
    /// Digests of the uncompressed layers, lowest first.
    package var diffIDs: [Digest] = []
    package var history: [History] = []

    package init(platform: Platform) { self.platform = platform }
}

extension ImageConfig {
    package init(parsing data: Data) throws {
        let json = try JSON(parsing: data)
        self.init(platform: try Platform(json: json))
        created = json["created"]?.string
        author = json["author"]?.string
        guard let rootfs = json["rootfs"], rootfs["type"]?.string == "layers" else {
            throw ImageFormatError.missing("rootfs", of: "the image configuration")
        }
        diffIDs = try (ImageFormatError.list(rootfs["diff_ids"], "diff_ids") ?? []).map(Digest.init(parsing:))
        history = (json["history"]?.array ?? []).map { entry in
            History(
                created: entry["created"]?.string,
                createdBy: entry["created_by"]?.string,
                comment: entry["comment"]?.string,
                emptyLayer: entry["empty_layer"]?.bool ?? false
            )
        }
        guard let config = json["config"], !config.isNull else { return }
        user = config["User"]?.string ?? ""
        environment = try ImageFormatError.list(config["Env"], "Env") ?? []
        entrypoint = try ImageFormatError.list(config["Entrypoint"], "Entrypoint") ?? []
        command = try ImageFormatError.list(config["Cmd"], "Cmd") ?? []
        workingDirectory = config["WorkingDir"]?.string ?? ""
        exposedPorts = (config["ExposedPorts"]?.object ?? [:]).keys.sorted()
        volumes = (config["Volumes"]?.object ?? [:]).keys.sorted()
        labels = try ImageFormatError.strings(config["Labels"], "Labels")
        stopSignal = config["StopSignal"]?.string
        shell = try ImageFormatError.list(config["Shell"], "Shell") ?? []
        if let check = config["Healthcheck"], let test = try ImageFormatError.list(check["Test"], "Test") {
            healthCheck = HealthCheck(
                test: test,
                interval: Int64(check["Interval"]?.int ?? 0),
                timeout: Int64(check["Timeout"]?.int ?? 0),
                startPeriod: Int64(check["StartPeriod"]?.int ?? 0),
                retries: Int64(check["Retries"]?.int ?? 0)
            )
        }
    }

    package var json: JSON {
        var json = platform.json
        json["created"] = created.map(JSON.string)
        json["author"] = author.map(JSON.string)
        json["config"] = execution
        json["rootfs"] = ["type": "layers", "diff_ids": .array(diffIDs.map { .string($0.description) })]
        if !history.isEmpty { json["history"] = .array(history.map(\.json)) }
        return json
    }

    private var execution: JSON {
        func list(_ values: [String]) -> JSON? { values.isEmpty ? nil : .array(values.map(JSON.string)) }
        func set(_ values: [String]) -> JSON? {
            values.isEmpty
                ? nil : .object(Dictionary(values.map { ($0, [:]) }, uniquingKeysWith: { first, _ in first }))
        }
        var json: JSON = [:]
        json["User"] = user.isEmpty ? nil : .string(user)
        json["Env"] = list(environment)
        json["Entrypoint"] = list(entrypoint)
        json["Cmd"] = list(command)
        json["WorkingDir"] = workingDirectory.isEmpty ? nil : .string(workingDirectory)
        json["ExposedPorts"] = set(exposedPorts)
        json["Volumes"] = set(volumes)
        json["Labels"] = labels.isEmpty ? nil : .object(labels.mapValues(JSON.string))
        json["StopSignal"] = stopSignal.map(JSON.string)
        json["Shell"] = list(shell)
        json["Healthcheck"] = healthCheck?.json
        return json
    }
}

extension ImageConfig.History {
    fileprivate var json: JSON {
        var json: JSON = [:]
        json["created"] = created.map(JSON.string)
        json["created_by"] = createdBy.map(JSON.string)
        json["comment"] = comment.map(JSON.string)
        if emptyLayer { json["empty_layer"] = true }
        return json
    }
}

extension ImageConfig.HealthCheck {
    fileprivate var json: JSON {
        var json: JSON = ["Test": .array(test.map(JSON.string))]
        for (key, value) in [
            ("Interval", interval), ("Timeout", timeout), ("StartPeriod", startPeriod), ("Retries", retries),
        ] where value != 0 {
            json[key] = .int(value)
        }
        return json
    }
}
