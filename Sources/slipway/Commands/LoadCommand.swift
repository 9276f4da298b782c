import ArgumentParser
import Core
import Foundation
import Load

/// `slipway load`: a load test.
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Send requests at a steady rate, and tell how the service bore it.",
        discussion: """
            Requests start at their times whether earlier ones were answered or not, and latency counts from the time \
            a request was due: a service that stalls looks as slow as it is (no coordinated omission). A threshold that \
            does not hold ends the command with status 1. docs/load.md says what is counted how.
            """
    )

    @Argument(help: "The address to send requests to.")
    var url: String

    @Option(help: "Requests a second.")
    var rate: Double

    @Option(help: "How long to measure: 30s, 5m.")
    var duration: String

    @Option(help: "How long to send before anything is counted.")
    var warmUp = "0"

    @Option(help: "constant, or poisson: at random, as independent users come.")
    var arrivals = Arrivals.Pattern.constant

    @Option(help: "What random arrivals begin with: the same seed gives the same load.")
    var seed: UInt64 = 1

    @Option(help: "The HTTP method; POST where there is a body, else GET.")
    var method: String?

    @Option(name: .customLong("header"), help: "A header, 'Name: value' (repeatable).")
    var headers: [String] = []

    @Option(
        name: .customLong("header-env"),
        help: "A header whose value is in an environment variable, Name=VARIABLE (repeatable)."
    )
    var secretHeaders: [String] = []

    @Option(help: "The body: its text, or @FILE.")
    var body: String?

    @Option(help: "How long an answer may take.")
    var timeout = "10s"

    @Option(help: "Requests that may wait for an answer at once; what comes on top counts as an error.")
    var maxInFlight = 1000

    @Option(help: "Statuses of a good answer: 200, 2xx, 200,404. Without it 2xx and 3xx.")
    var expectStatus: String?

    @Option(
        name: .customLong("threshold"),
        help: "What must hold: 'error-rate<1%', 'p99<250ms', 'rate>=95' (repeatable)."
    )
    var thresholds: [String] = []

    @Flag(help: "JSON.")
    var json = false

    @Option(help: "Write a page with charts to this file.")
    var html: String?

    func run() async throws {
        let plan = try self.plan()
        let showsProgress = isatty(STDERR_FILENO) == 1
        let total = DurationText.format(plan.warmUp + plan.duration)
        let runner = try LoadRunner(plan) { elapsed in
            guard showsProgress else { return }
            FileHandle.standardError.write(Data("\r\(DurationText.format(elapsed)) of \(total) ".utf8))
        }
        try await Interruption.handled(next: "What was measured until then is above.") {
            let report = try await runner.run()
            if showsProgress { FileHandle.standardError.write(Data("\r\u{1b}[K".utf8)) }
            print(json ? report.json.text(pretty: true) : LoadText(report).text)
            if let html { try write(LoadHTML(report).text(), to: html) }
            try Task.checkCancellation()
            try judge(report)
        }
    }

    private func judge(_ report: LoadReport) throws {
        guard report.hasAnswers else {
            throw SlipwayError(.external, "Not one request was answered", next: "Check the address and the service.")
        }
        guard report.isGood else {
            let broken = report.verdicts.filter { !$0.holds }.count
            throw SlipwayError(.failure, "\(broken) of \(report.verdicts.count) thresholds do not hold")
        }
    }

    private func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw SlipwayError(.external, "Cannot write \(path)", why: error.localizedDescription)
        }
    }
}

// MARK: - What is asked for

extension LoadCommand {
    private func plan() throws -> LoadPlan {
        guard let address = URL(string: url) else {
            throw SlipwayError(.invalidInput, "\(url) is not an address")
        }
        var plan = LoadPlan(url: address, rate: rate, duration: try seconds(duration, of: "--duration"))
        plan.warmUp = try seconds(warmUp, of: "--warm-up")
        plan.timeout = try seconds(timeout, of: "--timeout")
        plan.arrivals = arrivals
        plan.seed = seed
        plan.body = try body.map(content)
        plan.method = (method ?? (body == nil ? "GET" : "POST")).uppercased()
        plan.headers = try headers.map(header) + secretHeaders.map(secretHeader)
        plan.maximumInFlight = maxInFlight
        if let expectStatus {
            guard let expected = ExpectedStatus(expectStatus) else {
                throw SlipwayError(
                    .invalidInput,
                    "--expect-status \(expectStatus) names no statuses",
                    next: "Write them as 200, 2xx or 200,404."
                )
            }
            plan.expected = expected
        }
        plan.thresholds = try thresholds.map(LoadThreshold.init)
        try plan.validate()
        return plan
    }

    private func seconds(_ text: String, of option: String) throws -> TimeInterval {
        guard let seconds = DurationText.parse(text) else {
            throw SlipwayError(
                .invalidInput,
                "\(option) \(text) is not a length",
                next: "Write it as 30s, 5m or 250ms."
            )
        }
        return seconds
    }

    private func content(_ text: String) throws -> Data {
        guard text.hasPrefix("@") else { return Data(text.utf8) }
        let path = String(text.dropFirst())
        do {
            return try Data(contentsOf: URL(filePath: path))
        } catch {
            throw SlipwayError(.invalidInput, "Cannot read the body \(path)", why: error.localizedDescription)
        }
    }

    private func header(_ text: String) throws -> (name: String, value: String) {
        try parts(text, separator: ":", option: "--header", form: "'Name: value'")
    }

    private func secretHeader(_ text: String) throws -> (name: String, value: String) {
        let (name, variable) = try parts(text, separator: "=", option: "--header-env", form: "Name=VARIABLE")
        guard let value = ProcessInfo.processInfo.environment[variable], !value.isEmpty else {
            throw SlipwayError(.invalidInput, "The environment variable \(variable) of --header-env \(name) is not set")
        }
        return (name, value)
    }

    private func parts(_ text: String, separator: Character, option: String, form: String) throws
        -> (name: String, value: String)
    {
        let halves = text.split(separator: separator, maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        guard halves.count == 2, !halves[0].isEmpty, !text.contains(where: \.isNewline) else {
            throw SlipwayError(.invalidInput, "\(option) \(halves.first ?? "") is not a header", next: "Write \(form).")
        }
        return (halves[0], halves[1])
    }
}

extension Arrivals.Pattern: ExpressibleByArgument {}
