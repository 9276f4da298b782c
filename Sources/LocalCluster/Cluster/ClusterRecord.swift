import Core
import Foundation

/// What a server says about itself once it is ready: which process it is, and where it listens.
package struct ClusterRecord: Sendable, Hashable, Codable {
    /// The process itself, not only its number: a number is given to another process some day.
    package let process: ProcessIdentity
    package let port: Int
    package let started: Date
    /// What a user should know about how pods run here.
    package let notes: [String]

    package var address: String { "https://127.0.0.1:\(port)" }

    /// The record of a server that runs; nil where none does.
    static func running(in directory: ClusterDirectory) -> ClusterRecord? {
        guard let data = try? Data(contentsOf: directory.record),
            let record = try? decoder.decode(ClusterRecord.self, from: data), record.process.isRunning
        else { return nil }
        return record
    }

    func write(to directory: ClusterDirectory) throws {
        let text = String(decoding: try Self.encoder.encode(self), as: UTF8.self)
        try PrivateFile.write(text + "\n", to: directory.record)
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys]
        return encoder
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }
}
