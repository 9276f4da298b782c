// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "EpisodicMemory",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "EpisodicMemory", targets: ["EpisodicMemory"]),
        .executable(name: "episodic-memory-api", targets: ["episodic-memory-api"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        // Without its default traits Hummingbird leaves out swift-configuration: the environment is read here.
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        .target(name: "CVectorKernels"),
        .systemLibrary(
            name: "CPostgres",
            pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"]), .brew(["libpq"])]
        ),
        .target(
            name: "EpisodicMemory",
            dependencies: [
                "CPostgres", "CVectorKernels", .asyncHTTPClient, .crypto, .grdb, .httpTypes, .hummingbird,
                .hummingbirdCore,
                .logging, .nioCore,
                .nioHTTPTypes,
                .serviceLifecycle, .unixSignals,
            ]
        ),
        .executableTarget(name: "episodic-memory-api", dependencies: ["EpisodicMemory", .nioCore, .nioPosix]),
        .testTarget(
            name: "EpisodicMemoryTests",
            dependencies: [
                "EpisodicMemory", "episodic-memory-api", .grdb, .httpTypes, .hummingbird, .hummingbirdTesting, .logging,
                .nioCore, .nioPosix,
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

// Every upcoming feature once, for every Swift target; each is named by its proposal.
for target in package.targets where !["CPostgres", "CVectorKernels"].contains(target.name) {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),  // SE-0335
            .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
            .enableUpcomingFeature("InferIsolatedConformances"),  // SE-0470
            .treatAllWarnings(as: .error),
        ]
}

extension Target.Dependency {
    static let asyncHTTPClient: Self = .product(name: "AsyncHTTPClient", package: "async-http-client")
    static let crypto: Self = .product(name: "Crypto", package: "swift-crypto")
    static let grdb: Self = .product(name: "GRDB", package: "GRDB.swift")
    static let httpTypes: Self = .product(name: "HTTPTypes", package: "swift-http-types")
    static let hummingbird: Self = .product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdCore: Self = .product(name: "HummingbirdCore", package: "hummingbird")
    static let hummingbirdTesting: Self = .product(name: "HummingbirdTesting", package: "hummingbird")
    static let logging: Self = .product(name: "Logging", package: "swift-log")
    static let nioCore: Self = .product(name: "NIOCore", package: "swift-nio")
    static let nioHTTP1: Self = .product(name: "NIOHTTP1", package: "swift-nio")
    static let nioHTTPTypes: Self = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
    static let nioPosix: Self = .product(name: "NIOPosix", package: "swift-nio")
    static let serviceLifecycle: Self = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let unixSignals: Self = .product(name: "UnixSignals", package: "swift-service-lifecycle")
}
