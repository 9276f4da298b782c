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
            Exit code 1 means that the policy (--fail-on, --unknown) says no, or that a decision to ignore has expired.
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable { case table, json, sarif, openvex }
    enum Engine: String, ExpressibleByArgument, CaseIterable { case slipway, trivy, grype }

    @OptionGroup var subject: InventoryOptions

    @Option(help: "Fail on findings of this severity and above: low, medium, high or critical.")
    var failOn: String?

    @Option(help: "What to do about what is not known: warn or fail.")
    var unknown: ScanPolicy.UnknownAction = .warn

    @Flag(help: "Accept that no packages are found, or that a Swift package's dependencies are not resolved.")
    var allowEmpty = false

    @Option(help: "Days after which the database counts as old.")
    var maxAge = 7

    @OptionGroup var database: DatabaseOptions

    @Option(help: "Who matches: \(Engine.allCases.map(\.rawValue).joined(separator: ", ")).")
    var scanner: Engine = .slipway

    @Option(
        help: "The list of accepted findings; by default \(IgnoreList.fileName) in the folder.",
        completion: .file()
    )
    var ignoreFile: String?

    @Option(help: "An OpenVEX document whose statements count; may be given several times.", completion: .file())
    var vex: [String] = []

    @Option(help: "How to print: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format: Format = .table

    @Option(help: "Write the report to a file instead of the terminal.", completion: .file())
    var output: String?

    func run() async throws {
        var policy = ScanPolicy(failOn: try Self.severity(failOn), unknown: unknown, maximumAge: maxAge)
        policy.allowsNothing = allowEmpty
        let target = try subject.locate()
        let decisions = Decisions(
            ignores: try IgnoreFile.read(ignoreFile, in: target.folder).vulnerabilities,
            vex: try vex.flatMap(Self.statements),
            today: IgnoreFile.today
        )
        let report = try await scan(try await subject.read(), policy).applying(decisions)
        let text =
            switch format {
            case .table: ScanTable(report).text
            case .json: report.json.text(pretty: true)
            case .sarif: SARIFWriter(report, toolVersion: slipwayVersion, root: target.folder).json.text(pretty: true)
            case .openvex:
                VEXWriter(report, created: Date.now.formatted(.iso8601), author: "slipway scan").json.text(pretty: true)
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
            for diagnostic in report.expired { FileHandle.standardError.write(Data("\(diagnostic.text)\n".utf8)) }
        }
        if let refusal = report.refusal {
            throw SlipwayError(.failure, "The scan of \(report.inventory.subject.name) fails", why: refusal)
        }
    }

    private func scan(_ inventory: Inventory, _ policy: ScanPolicy) async throws -> ScanReport {
        if let peer = PeerScanner(rawValue: scanner.rawValue) {
            let created = try await subject.locate().date(environment: ProcessInfo.processInfo.environment)
            let document = SBOMDocument(inventory: inventory, created: created, toolVersion: slipwayVersion)
            return try await Scanner.scan(document, with: peer, policy: policy)
        }
        let advisories = try database.open()
        let age = advisories?.metadata.age(at: .now)
        return try Scanner(database: advisories).scan(inventory, policy: policy, age: age)
    }

    private static func statements(_ path: String) throws -> [VEXStatement] {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw SlipwayError(.invalidInput, "Cannot read \(path)")
        }
        return try VEXStatement.read(JSON(parsing: data), document: path)
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
