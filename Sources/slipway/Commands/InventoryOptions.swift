import ArgumentParser
import Core
import Foundation
import Images
import SupplyChain

/// What `scan` and `sbom` look at.
struct InventoryOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "An image, a folder or a bill of materials.",
            discussion: "Say which where a name means several: image:NAME, dir:PATH, sbom:FILE, oci:LAYOUT[:NAME]."
        )
    )
    var target: String

    @Option(
        help: "Where Swift packages have no Package.resolved, ask SwiftPM about this package.",
        completion: .directory
    )
    var swiftPackage: String?

    @Option(name: .customLong("store"), help: "The OCI image layout that holds the image.", completion: .directory)
    var storeDirectory: String?

    /// The target, found; nothing of it has been read yet.
    func locate() throws -> InventoryTarget {
        let store = ImageStore(directory: storeDirectory.map { URL(filePath: $0) } ?? StateDirectory.locate().images)
        return try InventoryTarget(target, store: store)
    }

    func read() async throws -> Inventory {
        var inventory = try await locate().read()
        if let swiftPackage {
            for package in try await SwiftDependencies.resolve(packageAt: URL(filePath: swiftPackage)) {
                inventory.add(package)
            }
            inventory.removeUnknowns { $0.rule == "unresolved-dependencies" }
        }
        return inventory
    }
}

/// Where the advisories are.
struct DatabaseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The advisory database: one that `slipway db update` made, or a folder of OSV records.",
            discussion: "Default: osv/ in Slipway's state folder."
        ),
        completion: .directory
    )
    var db: String?

    var directory: URL { db.map { URL(filePath: $0) } ?? StateDirectory.locate().url.appending(path: "osv") }

    /// Opens the database; nil where there is none at the default place.
    func open() throws -> AdvisoryDatabase? {
        if let database = try AdvisoryDatabase(directory: directory) { return database }
        guard db != nil else { return nil }
        return try AdvisoryDatabase.temporary(from: directory)
    }
}
