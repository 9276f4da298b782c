import ArgumentParser
import Core
import Foundation
import Images
import SupplyChain

/// `slipway sbom`: what an image or a folder is made of.
struct SBOMCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sbom",
        abstract: "Write a bill of materials of an image or a folder.",
        discussion: """
            SPDX 2.3 or CycloneDX 1.6, as JSON. Equal content gives an equal document: its time is SOURCE_DATE_EPOCH, or
            the image's or the commit's.
            """
    )

    @OptionGroup var subject: InventoryOptions

    @Option(help: "The format: spdx or cyclonedx.")
    var format: SBOMDocument.Format = .spdx

    @Option(help: "Write to a file instead of the terminal.", completion: .file())
    var output: String?

    func run() async throws {
        let inventory = try await subject.read()
        let created = try await subject.locate().date(environment: ProcessInfo.processInfo.environment)
        let document = SBOMDocument(inventory: inventory, created: created, toolVersion: slipwayVersion)
        try OutputFile.write(document.json(format).text(pretty: true), to: output)
        for unknown in inventory.unknowns.sorted() {
            FileHandle.standardError.write(Data("warning: \(unknown.message)\n".utf8))
        }
    }
}

extension SBOMDocument.Format: ExpressibleByArgument {}
