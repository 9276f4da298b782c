import Foundation
import Testing

@testable import Delivery

struct LeaseHolderTests {
    private func author(_ process: Int, run: String? = nil) -> ReleaseAuthor {
        ReleaseAuthor(user: "alice", host: "here", process: process, run: run)
    }

    @Test func anIdentityIsReadBack() {
        let holder = LeaseHolder(author: author(Int(ProcessInfo.processInfo.processIdentifier), run: "01h"), at: Date())
        #expect(LeaseHolder(identity: holder.identity) == holder)
        #expect(holder.text == "alice@here (process \(ProcessInfo.processInfo.processIdentifier), run 01h)")
        #expect(!holder.isDeadHere)
    }

    @Test func whatOthersWriteIsNotMistaken() {
        #expect(LeaseHolder(identity: "somebody_else-0") == nil)
        #expect(LeaseHolder.words("somebody_else-0") == "somebody_else-0")
        #expect(LeaseHolder.words("a@b (process 3) 01h|x/y|5") == "a@b (process 3)")
    }

    #if os(Linux)
        @Test func aProcessThatEndedHereIsKnownToBeDead() throws {
            let process = Process()
            process.executableURL = URL(filePath: "/bin/sleep")
            process.arguments = ["60"]
            try process.run()
            let holder = LeaseHolder(author: author(Int(process.processIdentifier)), at: Date())
            #expect(!holder.isDeadHere)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            #expect(holder.isDeadHere)
            // Of another machine's process nothing is known.
            let elsewhere = holder.identity.replacing(ProcessIdentity.domain ?? "?", with: "other-boot/pid:[1]")
            #expect(LeaseHolder(identity: elsewhere)?.isDeadHere == false)
        }
    #endif
}
