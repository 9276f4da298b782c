import ArgumentParser
import Core
import Foundation
import Images
import SupplyChain

/// `slipway scan`: known vulnerabilities of an image, a folder or a bill of materials.
struct ScanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Look for known vulnerabilities in an image, a folder or a bill of materials.",
        discussion: """
            Packages are matched against a database of OSV records on this machine (slipway db update). What cannot be
            judged is listed: a database that is missing or old, ecosystems without data, packages without a version.
            Exit code 1 means that the policy (--fail-on, --unknown) says no.
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable { case table, json, sarif }

    @OptionGroup var subject: InventoryOptions

    @Option(help: "Fail on findings of this severity and above: low, medium, high or critical.")
    var failOn: String?

    @Option(help: "What to do about what is not known: warn or fail.")
    var unknown: ScanPolicy.UnknownAction = .warn

    @Option(help: "Days after which the database counts as old.")
    var maxAge = 7

    @OptionGroup var database: DatabaseOptions

    @Option(help: "How to print: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format: Format = .table

    @Option(help: "Write the report to a file instead of the terminal.", completion: .file())
    var output: String?

    func run() async throws {
        let policy = ScanPolicy(failOn: try Self.severity(failOn), unknown: unknown, maximumAge: maxAge)
        let inventory = try await subject.read()
        let advisories = try database.open()
        let age = advisories?.metadata.age(at: .now)
        let report = try Scanner(database: advisories).scan(inventory, policy: policy, age: age)
        let text =
            switch format {
            case .table: ScanTable(report).text
            case .json: report.json.text(pretty: true)
            case .sarif: SARIFWriter(report, toolVersion: slipwayVersion).json.text(pretty: true)
            }
        try OutputFile.write(text, to: output)
        // What a push asks for: build, scan, and only then publish.
        if case .image(let digest, _, let store) = try subject.locate() {
            try ScanVerdict(report, toolVersion: slipwayVersion, finished: .now)
                .record(for: store.manifestDigest(digest), in: store)
        }
        if format != .table || output != nil {
            // A report in a file must not hide what is not known.
            for unknown in report.unknowns {
                FileHandle.standardError.write(Data("warning: \(unknown.message)\n".utf8))
            }
        }
        if let refusal = report.refusal {
            throw SlipwayError(.failure, "The scan of \(report.inventory.subject.name) fails", why: refusal)
        }
    }

    private static func severity(_ text: String?) throws -> Severity? {
        guard let text else { return nil }
        guard let severity = Severity(rawValue: text.uppercased()), severity >= .low else {
            throw SlipwayError(
                .invalidInput,
                "\"\(text)\" is not a severity",
                next: "Use one of: low, medium, high, critical."
            )
        }
        return severity
    }
}

extension ScanPolicy.UnknownAction: ExpressibleByArgument {}

/// Where a command's result goes.
enum OutputFile {
    static func write(_ text: String, to path: String?) throws {
        guard let path else {
            print(text)
            return
        }
        do {
            try Data((text + "\n").utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw SlipwayError(.external, "Cannot write \(path)", why: error.localizedDescription)
        }
    }
}
