import Core

/// Which Kubernetes the API speaks: what `kubectl version` compares itself with.
enum APIVersion {
    static let major = "1"
    static let minor = "33"
    static let text = "v\(major).\(minor).0+slipway"

    static var json: JSON {
        #if arch(arm64)
            let architecture = "arm64"
        #else
            let architecture = "amd64"
        #endif
        #if os(Linux)
            let system = "linux"
        #else
            let system = "darwin"
        #endif
        return [
            "major": .string(major), "minor": .string(minor), "gitVersion": .string(text), "gitCommit": "",
            "gitTreeState": "", "buildDate": "1970-01-01T00:00:00Z", "goVersion": "", "compiler": "swiftc",
            "platform": .string("\(system)/\(architecture)"),
        ]
    }
}
