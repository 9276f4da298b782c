// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "slipway",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "slipway", targets: ["slipway"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", exact: "1.21.1"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
        .package(url: "https://github.com/swiftlang/swift-syntax", exact: "603.0.1"),
    ],
    targets: [
        .target(name: "Core", dependencies: ["CProcess", .yams, .orderedCollections]),
        .target(name: "Workflows", dependencies: ["Core", .orderedCollections]),
        .target(name: "Journal", dependencies: ["Core", .grdb]),
        .target(
            name: "Kubernetes",
            dependencies: [
                "Core", .asyncHTTPClient, .nioCore, .nioHTTP1, .nioPosix, .nioSSL, .subprocess,
                .systemPackage,
            ]
        ),
        .target(name: "Manifests", dependencies: ["Core", "Kubernetes", .crypto, .yams]),
        .target(
            name: "Images",
            dependencies: [
                "Core", "CZlib", "CZstd", .asyncHTTPClient, .crypto, .nioCore, .nioHTTP1, .systemPackage, .subprocess,
            ]
        ),
        .target(name: "CodeAudit", dependencies: ["Core", .swiftParser, .swiftSyntax]),
        .target(
            name: "SupplyChain",
            dependencies: [
                "Core", "CZlib", "Images", .asyncHTTPClient, .crypto, .grdb, .nioCore, .subprocess, .systemPackage,
            ]
        ),
        .target(
            name: "Runner",
            dependencies: [
                "Core", "Workflows", "Journal", "CZlib", .crypto, .cryptoExtras, .httpTypes, .hummingbird, .logging,
                .nioCore, .orderedCollections, .subprocess, .systemPackage,
            ]
        ),
        .target(
            name: "Delivery",
            dependencies: [
                "Core", "Kubernetes", "Manifests", "Journal", "Images", .asyncHTTPClient, .crypto, .mustache, .nioCore,
                .subprocess,
                .systemPackage,
            ]
        ),
        .target(
            name: "Load",
            dependencies: ["Core", .asyncHTTPClient, .histogram, .mustache, .nioCore, .nioHTTP1, .nioPosix]
        ),
        .target(
            name: "LocalCluster",
            dependencies: [
                "Core", "Kubernetes", "Manifests", "Images", "CProcess", .asyncHTTPClient, .crypto, .grdb, .httpTypes,
                .hummingbird, .hummingbirdTLS, .logging, .nioCore, .nioPosix, .nioHTTP1, .nioSSL, .serviceLifecycle,
                .subprocess, .systemPackage, .swiftASN1, .unixSignals, .x509,
            ]
        ),
        .executableTarget(
            name: "slipway",
            dependencies: [
                "CodeAudit", "Core", "Delivery", "Images", "Journal", "Kubernetes", "Load", "LocalCluster",
                "Manifests", "Runner", "SupplyChain", "Workflows", .argumentParser, .logging, .subprocess,
            ]
        ),
        .target(name: "CProcess"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),

        .testTarget(name: "CoreTests", dependencies: ["Core"]),
        .testTarget(name: "WorkflowsTests", dependencies: ["Core", "Workflows"], exclude: ["Golden"]),
        .testTarget(name: "JournalTests", dependencies: ["Core", "Journal", .grdb]),
        .testTarget(name: "RunnerTests", dependencies: ["Core", "Journal", "Runner", "Workflows", .subprocess]),
        .testTarget(
            name: "KubernetesTests",
            dependencies: [
                "Core", "Kubernetes", "LocalCluster", .logging, .nioCore, .nioHTTP1, .nioPosix, .nioSSL,
                .serviceLifecycle,
            ]
        ),
        .testTarget(
            name: "ManifestsTests",
            dependencies: ["Core", "Kubernetes", "Manifests", .subprocess],
            exclude: ["Fixtures"]
        ),
        .target(
            name: "ImagesTestSupport",
            dependencies: ["Core", "Images", .subprocess, .systemPackage],
            path: "Tests/ImagesTestSupport"
        ),
        .testTarget(
            name: "ImagesTests",
            dependencies: ["Core", "Images", "ImagesTestSupport", .hummingbird, .httpTypes, .nioCore, .logging]
        ),
        .testTarget(name: "CodeAuditTests", dependencies: ["CodeAudit", "Core", .subprocess, .systemPackage]),
        .testTarget(
            name: "SupplyChainTests",
            dependencies: ["Core", "CZlib", "Images", "SupplyChain", "ImagesTestSupport", .grdb]
        ),
        .testTarget(
            name: "DeliveryTests",
            dependencies: [
                "Core", "Delivery", "Images", "Journal", "Kubernetes", "Manifests", .asyncHTTPClient, .crypto, .nioCore,
                .nioPosix, .subprocess,
            ]
        ),
        .testTarget(
            name: "LoadTests",
            dependencies: ["Core", "Load", "slipway", .hummingbird, .logging, .subprocess, .systemPackage]
        ),
        .testTarget(
            name: "LocalClusterTests",
            dependencies: [
                "Core", "Images", "Kubernetes", "Manifests", "LocalCluster", .asyncHTTPClient, .logging, .nioCore,
                .nioHTTP1, .nioPosix, .nioSSL, .serviceLifecycle, .subprocess, .systemPackage,
            ]
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Core", "ImagesTestSupport", "Kubernetes", "SampleService", "slipway", .asyncHTTPClient, .subprocess,
            ]
        ),
        // What tests build images from: a service that can be broken in one chosen way.
        .executableTarget(
            name: "SampleService",
            dependencies: [.nioCore, .nioHTTP1, .nioPosix],
            path: "Tests/SampleService"
        ),
    ],
    swiftLanguageModes: [.v6]
)

// Every upcoming feature once, for every target of ours; each is named by its proposal. MemberImportVisibility (SE-0444)
// is not among them: it says that glibc's `struct stat` belongs to whichever C module was loaded first (CDispatch,
// CoreFoundation…), which differs from build to build.
for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),  // SE-0335
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
            .enableUpcomingFeature("InferIsolatedConformances"),  // SE-0470
            .treatAllWarnings(as: .error),
        ]
}

extension Target.Dependency {
    static let argumentParser: Self = .product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asyncHTTPClient: Self = .product(name: "AsyncHTTPClient", package: "async-http-client")
    static let crypto: Self = .product(name: "Crypto", package: "swift-crypto")
    static let cryptoExtras: Self = .product(name: "CryptoExtras", package: "swift-crypto")
    static let grdb: Self = .product(name: "GRDB", package: "GRDB.swift")
    static let histogram: Self = .product(name: "Histogram", package: "hdrhistogram-swift")
    static let httpTypes: Self = .product(name: "HTTPTypes", package: "swift-http-types")
    static let hummingbird: Self = .product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdTLS: Self = .product(name: "HummingbirdTLS", package: "hummingbird")
    static let logging: Self = .product(name: "Logging", package: "swift-log")
    static let mustache: Self = .product(name: "Mustache", package: "swift-mustache")
    static let nioCore: Self = .product(name: "NIOCore", package: "swift-nio")
    static let nioHTTP1: Self = .product(name: "NIOHTTP1", package: "swift-nio")
    static let nioPosix: Self = .product(name: "NIOPosix", package: "swift-nio")
    static let nioSSL: Self = .product(name: "NIOSSL", package: "swift-nio-ssl")
    static let orderedCollections: Self = .product(name: "OrderedCollections", package: "swift-collections")
    static let serviceLifecycle: Self = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let subprocess: Self = .product(name: "Subprocess", package: "swift-subprocess")
    static let swiftASN1: Self = .product(name: "SwiftASN1", package: "swift-asn1")
    static let swiftParser: Self = .product(name: "SwiftParser", package: "swift-syntax")
    static let swiftSyntax: Self = .product(name: "SwiftSyntax", package: "swift-syntax")
    static let systemPackage: Self = .product(name: "SystemPackage", package: "swift-system")
    static let unixSignals: Self = .product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let x509: Self = .product(name: "X509", package: "swift-certificates")
    static let yams: Self = .product(name: "Yams", package: "Yams")
}
