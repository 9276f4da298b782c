import Foundation
import Logging

/// Writes each record as one line of JSON.
package struct JSONLogHandler: LogHandler {
    package var logLevel: Logger.Level = .info
    package var metadata: Logger.Metadata = [:]
    let label: String
    let output: LineOutput

    package init(label: String, level: Logger.Level, output: LineOutput = .standardOutput) {
        self.label = label
        self.logLevel = level
        self.output = output
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var line = JSONWriter()
        line.object { fields in
            fields.member("time", Timestamp.now().description)
            fields.member("level", event.level.rawValue)
            fields.member("logger", label)
            fields.member("message", event.message.description)
            if let error = event.error {
                fields.member("error", String(describing: error))
            }
            for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: {
                $0.key < $1.key
            }) {
                fields.member(key, value.description)
            }
        }
        output.write(line: line.bytes)
    }
}

/// A file descriptor that takes whole lines: one `write` each, so that lines of several threads never mix.
package struct LineOutput: Sendable {
    let write: @Sendable ([UInt8]) -> Void

    package init(write: @escaping @Sendable ([UInt8]) -> Void) {
        self.write = write
    }

    func write(line: [UInt8]) {
        write(line + [UInt8(ascii: "\n")])
    }

    package static let standardOutput = LineOutput { line in
        line.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = Foundation.write(
                    STDOUT_FILENO,
                    UnsafeRawBufferPointer(rebasing: rest).baseAddress,
                    rest.count
                )
                // Nobody reads the log any more (a closed pipe): the service goes on without it.
                guard written > 0 else { return }
                rest = rest.dropFirst(written)
            }
        }
    }
}
