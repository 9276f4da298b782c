import Core

/// Where an image runs: operating system, processor architecture in Go's names, and its variant.
package struct Platform: Sendable, Hashable, CustomStringConvertible {
    package var os: String
    package var architecture: String
    package var variant: String?

    package init(os: String, architecture: String, variant: String? = nil) {
        self.os = os
        self.architecture = architecture
        self.variant = variant
    }

    /// Linux on this machine's processor: containers are Linux wherever Slipway runs.
    package static var current: Platform {
        #if arch(x86_64)
            Platform(os: "linux", architecture: "amd64")
        #elseif arch(arm64)
            Platform(os: "linux", architecture: "arm64", variant: "v8")
        #elseif arch(arm)
            Platform(os: "linux", architecture: "arm", variant: "v7")
        #elseif arch(i386)
            Platform(os: "linux", architecture: "386")
        #elseif arch(s390x)
            Platform(os: "linux", architecture: "s390x")
        #elseif arch(powerpc64le)
            Platform(os: "linux", architecture: "ppc64le")
        #else
            Platform(os: "linux", architecture: "riscv64")
        #endif
    }

    /// `os/architecture` or `os/architecture/variant`.
    package init(parsing text: String) throws {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else {
            throw SlipwayError(
                .invalidInput,
                "\"\(text)\" is not a platform",
                next: "Write it as linux/amd64 or linux/arm64/v8."
            )
        }
        self.init(os: parts[0], architecture: parts[1], variant: parts.count == 3 ? parts[2] : nil)
    }

    init(json: JSON) throws {
        guard let os = json["os"]?.string else { throw ImageFormatError.missing("os", of: "a platform") }
        guard let architecture = json["architecture"]?.string else {
            throw ImageFormatError.missing("architecture", of: "a platform")
        }
        self.init(os: os, architecture: architecture, variant: json["variant"]?.string)
    }

    var json: JSON {
        var json: JSON = ["os": .string(os), "architecture": .string(architecture)]
        json["variant"] = variant.map(JSON.string)
        return json
    }

    package var description: String { [os, architecture, variant].compactMap { $0 }.joined(separator: "/") }

    /// Whether an image for this platform runs where `wanted` is asked for; a variant that is not named is `v8` on
    /// arm64 and matches any elsewhere.
    package func satisfies(_ wanted: Platform) -> Bool {
        guard os == wanted.os, architecture == wanted.architecture else { return false }
        if architecture == "arm64" { return (variant ?? "v8") == (wanted.variant ?? "v8") }
        return variant == nil || wanted.variant == nil || variant == wanted.variant
    }
}
