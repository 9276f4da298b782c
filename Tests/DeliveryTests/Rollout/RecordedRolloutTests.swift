import Foundation
import Kubernetes
import Testing

@testable import Delivery

/// The judge against ten rollouts of a real Kubernetes 1.36: the right verdict, for the right reason, as early as it is
/// certain.
@Suite(.enabled(if: SharedData.hasRecordings, "the recordings are not beside the repository"))
struct RecordedRolloutTests {
    @Test func successIsSeenInTheStatusThatCompletesIt() throws {
        let (verdict, time, _) = try Recording("rolling-update-succeeds").judged()
        guard case .succeeded(let success) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(time == 2.255)
        #expect(success.kind == .rolledOut)
        #expect(success.podTemplateHash == "85d54fb8c")
        #expect(success.revision == 2)
        #expect(success.pods == ["episodic-memory-api-85d54fb8c-6zdlh", "episodic-memory-api-85d54fb8c-pg6x4"])
    }

    @Test func undoSucceedsWithAHigherRevisionDespiteTheOldFailure() throws {
        let (verdict, time, _) = try Recording("undo-after-bad-image").judged()
        guard case .succeeded(let success) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(time == 1.186)
        #expect(success.kind == .rolledOut)
        #expect(success.podTemplateHash == "85d54fb8c")
        #expect(success.revision == 4)
    }

    @Test func scalingIsNoRollout() throws {
        let (verdict, time, judge) = try Recording("scale").judged()
        guard case .succeeded(let success) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(!judge.isRollout)
        #expect(success.kind == .notARollout)
        #expect(success.pods.count == 4)
        #expect(time == 1.772)
    }

    struct Expected: Sendable, CustomTestStringConvertible {
        let recording: String
        let reason: RolloutFailure.Reason
        let time: TimeInterval
        let words: String
        /// A pod to name; false where none exists.
        var namesPod = true
        var testDescription: String { recording }
    }

    static let failures = [
        Expected(
            recording: "image-not-present",
            reason: .imageNeverPull,
            time: 1.485,
            words: "Container image \"localhost/episodic-memory:nope\" is not present with pull policy of Never"
        ),
        Expected(
            recording: "missing-configmap",
            reason: .configMissing,
            time: 1.479,
            words: "configmap \"absent\" not found"
        ),
        Expected(
            recording: "crash-loop",
            reason: .crashLoop,
            time: 14.551,
            words: "api-server exited with code 3 at each of 3 starts"
        ),
        Expected(
            recording: "unschedulable",
            reason: .unschedulable,
            time: 1.17,
            words: "no node can ever take it: 0/1 nodes are available: 1 Insufficient cpu."
        ),
        Expected(
            recording: "quota-exceeded",
            reason: .podsRefused,
            time: 1.11,
            words: "the cluster refuses new pods: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2",
            namesPod: false
        ),
        Expected(
            recording: "never-ready",
            reason: .progressDeadline,
            time: 21.33,
            words: "Readiness probe failed: HTTP probe failed with statuscode: 503"
        ),
        Expected(
            recording: "image-pull-fails",
            reason: .progressDeadline,
            time: 21.638,
            words: "connect: connection refused"
        ),
    ]

    @Test(arguments: failures)
    func failureIsCertainAtItsFirstSign(_ expected: Expected) throws {
        let (verdict, time, _) = try Recording(expected.recording).judged()
        guard case .failed(let failure) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(failure.reason == expected.reason)
        #expect(time == expected.time)
        #expect(failure.message.contains(expected.words), "\(failure.message)")
        #expect((failure.pod != nil) == expected.namesPod)
        #expect(!failure.events.isEmpty)
        #expect(!failure.events.contains { $0.contains("MissingClusterDNS") })
    }

    /// Without events (they expire, and reading them is a right of its own) the objects' own status is enough.
    @Test(arguments: [
        ("image-not-present", 1.707), ("missing-configmap", 2.318), ("crash-loop", 14.551), ("unschedulable", 1.17),
        ("quota-exceeded", 1.112), ("never-ready", 21.33),
    ])
    func statusAloneIsEnough(_ recording: String, _ time: TimeInterval) throws {
        let (verdict, at, _) = try Recording(recording).judged(dropping: ["Event"])
        guard case .failed = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(at == time)
    }

    @Test func aPodThatAnAutoscalerMayStillPlaceIsWaitedFor() throws {
        var limits = RolloutSettings()
        limits.autoscaledNodes = true
        let (verdict, _, judge) = try Recording("unschedulable").judged(limits: limits)
        #expect(verdict == .progressing)
        #expect(judge.progress.pods.map(\.state) == [.failing])
        #expect(judge.progress.pods.first?.text.hasPrefix("waiting for a node: 0/1 nodes") == true)
    }

    @Test func aConfigMapThatTheReleaseBringsIsWaitedFor() throws {
        let (verdict, _, judge) = try Recording("missing-configmap").judged(releaseObjects: ["absent"])
        #expect(verdict == .progressing)
        #expect(judge.progress.pods.first?.text == "CreateContainerConfigError: configmap \"absent\" not found")
    }

    @Test func aPodThatRunsTooLongWithoutBeingReadyEndsARolloutBeforeTheDeadline() throws {
        var limits = RolloutSettings()
        limits.readyWithin = 5
        let (verdict, time, _) = try Recording("never-ready").judged(limits: limits)
        guard case .failed(let failure) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(failure.reason == .notReadyInTime)
        #expect(failure.container == "api-server")
        // The container was seen running at 1.586; the next news after five seconds comes at 7.441.
        #expect(time == 7.441)
    }

    @Test func anOverallLimitEndsWhatStillProgresses() throws {
        var limits = RolloutSettings()
        limits.timeout = 10
        let (verdict, time, _) = try Recording("image-pull-fails").judged(limits: limits)
        guard case .failed(let failure) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(failure.reason == .timedOut)
        #expect(failure.message.contains("not complete after 10 s"))
        #expect(failure.message.contains("ErrImagePull"))
        #expect(time == 13.349)
    }

    @Test func progressIsToldInWords() throws {
        let recording = try Recording("rolling-update-succeeds")
        let target = try #require(recording.target)
        var judge = RolloutJudge(
            target: RolloutTarget(deployment: target, limits: RolloutSettings()),
            before: recording.before,
            at: recording.actionAt
        )
        var summaries: [String] = []
        var pods: Set<String> = []
        for line in recording.lines where line.time >= recording.actionAt {
            judge.observe(line.change, at: line.time)
            if summaries.last != judge.progress.summary { summaries.append(judge.progress.summary) }
            pods.formUnion(judge.progress.pods.map(\.text))
            if judge.verdict.isFinal { break }
        }
        #expect(
            summaries.contains("0 of 2 new pods available, 2 old left; waiting for pods of the new revision (1 of 2)")
        )
        #expect(
            summaries.contains("1 of 2 new pods available, 1 old left; waiting for pods of the new revision (1 of 2)")
        )
        #expect(pods.isSuperset(of: ["creating its containers", "ready"]))
    }
}
