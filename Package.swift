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
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    ],
    targets: [
        .target(name: "Core", dependencies: [.yams, .orderedCollections]),
        .target(name: "Workflows", dependencies: ["Core", .orderedCollections]),
        .target(name: "Journal", dependencies: ["Core", .grdb]),
        .target(name: "Kubernetes", dependencies: ["Core", .asyncHTTPClient, .nioCore, .nioHTTP1, .nioSSL, .yams]),
        .target(name: "Manifests", dependencies: ["Core", "Kubernetes", .crypto, .yams]),
        .target(
            name: "Images",
            dependencies: ["Core", "CZlib", .asyncHTTPClient, .crypto, .systemPackage, .subprocess]
        ),
        .target(name: "SupplyChain", dependencies: ["Core", "Images"]),
        .target(
            name: "Runner",
            dependencies: ["Core", "Workflows", "Journal", .crypto, .subprocess, .systemPackage, .orderedCollections]
        ),
        .target(
            name: "Delivery",
            dependencies: ["Core", "Kubernetes", "Manifests", "Journal", "Images", .subprocess]
        ),
        .target(
            name: "LocalCluster",
            dependencies: [
                "Core", "Kubernetes", "Manifests", "Images", "CProcess", .asyncHTTPClient, .crypto, .grdb, .httpTypes,
                .hummingbird, .hummingbirdTLS, .logging, .nioCore, .nioPosix, .nioHTTP1, .nioSSL, .serviceLifecycle,
                .subprocess, .systemPackage, .swiftASN1, .x509,
            ]
        ),
        .executableTarget(
            name: "slipway",
            dependencies: [
                "Core", "Workflows", "Journal", "Kubernetes", "Manifests", "Images", "SupplyChain", "Runner",
                "Delivery", "LocalCluster", .argumentParser, .logging, .subprocess,
            ]
        ),
        .target(name: "CProcess"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

        .testTarget(name: "CoreTests", dependencies: ["Core"]),
        .testTarget(
            name: "LocalClusterTests",
            dependencies: ["Core", "Kubernetes", "Manifests", "LocalCluster", .asyncHTTPClient, .subprocess]
        ),
        // What tests build images from: a service that can be broken in one chosen way.
        .executableTarget(
            name: "SampleService",
            dependencies: [.nioCore, .nioHTTP1, .nioPosix],
            path: "Tests/SampleService"
        ),
        .testTarget(
            name: "LocalClusterTests",
            dependencies: ["Core", "Kubernetes", "Manifests", "LocalCluster", .asyncHTTPClient, .logging, .subprocess]
        ),
        .testTarget(
            name: "KubernetesTests",
            dependencies: ["Core", "Kubernetes", .asyncHTTPClient, .nioCore, .nioHTTP1, .nioPosix, .nioSSL]
        ),
        .testTarget(name: "ManifestsTests", dependencies: ["Core", "Kubernetes", "Manifests", .subprocess]),
        .testTarget(name: "WorkflowsTests", dependencies: ["Core", "Workflows"]),
