import ArgumentParser
import Foundation
import LocalCluster

/// Owns one container of the local cluster; started by the cluster's server, never by a person.
struct PodShimCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pod-shim",
        abstract: "Own one container of the local cluster.",
        shouldDisplay: false
    )

    @Argument(help: "The container's folder.", completion: .directory)
    var folder: String

    func run() throws {
        try PodShim(folder: URL(filePath: folder, directoryHint: .isDirectory)).run()
    }
}
