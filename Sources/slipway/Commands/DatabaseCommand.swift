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

    @Argument(
        help: ArgumentHelp(
            "A folder of OSV records, a ZIP file of them, or a mirror's address.",
            discussion: "An address of a folder needs --ecosystem: all.zip is fetched for each, if it has changed."
        ),
        completion: .file()
    )
    var source: String

    @Option(help: "An ecosystem to fetch from a mirror, such as Debian or SwiftURL; may be given several times.")
    var ecosystem: [String] = []

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        let now = Date.now.formatted(.iso8601)
        let result: AdvisoryImport.Result
        if source.contains("://") {
            let addresses = try AdvisoryUpdate.addresses(source, ecosystems: ecosystem)
            switch try await AdvisoryUpdate.run(addresses, into: database.directory, now: now) {
            case .unchanged(let metadata):
                print("the \(metadata.records) advisories in \(database.directory.path) are up to date")
                return
            case .imported(let imported): result = imported
            }
        } else {
            result = try AdvisoryImport.run(from: [URL(filePath: source)], into: database.directory, now: now)
        }
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
                next: "Import one: slipway db update FOLDER|ZIP|ADDRESS"
            )
        }
        if json {
            var description = metadata.json
            description["ageInDays"] = metadata.age(at: .now).map { .int(Int64($0)) }
            print(description.text(pretty: true))
            return
        }
        print("\(metadata.records) advisories from \(metadata.source)")
        print("imported \(metadata.imported ?? "-"), newest record of \(metadata.newest ?? "-")")
        if let age = metadata.age(at: .now) { print("age: \(age) days") }
        let rows = metadata.ecosystems.sorted { $0.key < $1.key }.map { [$0.key, "\($0.value)"] }
        print(TextTable.render([["ECOSYSTEM", "ADVISORIES"]] + rows))
    }
}
