import ArgumentParser
import Core
import Foundation
import Images
import SupplyChain

/// `slipway db`: the advisories that `slipway scan` matches against.
struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Keep the database of known vulnerabilities.",
        subcommands: [DatabaseStatusCommand.self, DatabaseUpdateCommand.self]
    )
}

/// `slipway db update`: imports OSV records.
struct DatabaseUpdateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Import OSV records; they replace the ones from before."
    )

    @Argument(help: "A folder of OSV records, or a ZIP file of them.", completion: .file())
    var source: String

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        let result = try AdvisoryImport.run(
            from: URL(filePath: source),
            into: database.directory,
            now: Date.now.formatted(.iso8601)
        )
        for reason in result.rejected.prefix(20) {
            FileHandle.standardError.write(Data("warning: not imported: \(reason)\n".utf8))
        }
        if result.rejected.count > 20 {
            FileHandle.standardError.write(Data("warning: and \(result.rejected.count - 20) more\n".utf8))
        }
        print("imported \(result.metadata.records) advisories into \(database.directory.path)")
    }
}

/// `slipway db status`: what the database holds and how old it is.
struct DatabaseStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say what the database holds and how old it is."
    )

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        guard let metadata = try database.open()?.metadata else {
            throw SlipwayError(
                .external,
                "There is no advisory database in \(database.directory.path)",
                next: "Import one: slipway db update FOLDER|ZIP"
            )
        }
        if json {
            print(metadata.json.text(pretty: true))
            return
        }
        print("\(metadata.records) advisories from \(metadata.source)")
        print("imported \(metadata.imported ?? "-"), newest record of \(metadata.newest ?? "-")")
        if let age = metadata.age(at: .now) { print("age: \(age) days") }
        let rows = metadata.ecosystems.sorted { $0.key < $1.key }.map { [$0.key, "\($0.value)"] }
        print(TextTable.render([["ECOSYSTEM", "ADVISORIES"]] + rows))
    }
}
