import Core
import Foundation
import Kubernetes

extension PodWorker {
    /// Makes what a pod's containers share: network, volumes, files below `/etc`.
    ///
    /// - Returns: false if that has failed; another pass tries again.
    func makeSandbox() async -> Bool {
        if attachment != nil, volumes != nil { return true }
        if pod["status", "startTime"] == nil { await publish() }
        if attachment == nil {
            do {
                try folder.write(
                    PodFolder.Record(namespace: pod.namespace ?? "", name: pod.name, uid: uid, attachment: nil)
                )
                let made = try await host.network.attach(uid)
                attachment = made
                try folder.write(
                    PodFolder.Record(namespace: pod.namespace ?? "", name: pod.name, uid: uid, attachment: made)
                )
                try PodFiles(pod: pod, address: made.address, gateway: host.address, folder: folder.etc).write()
            } catch {
                await host.event(
                    pod,
                    "FailedCreatePodSandBox",
                    "Failed to create pod sandbox: \((error as? SlipwayError)?.oneLine ?? "\(error)")",
                    .warning
                )
                if attachment != nil { await host.network.detach(uid) }
                attachment = nil
                look(at: Date().addingTimeInterval(2))
                return false
            }
        }
        return await makeVolumes()
    }

    private func makeVolumes() async -> Bool {
        let context = await host.context(for: pod, address: attachment?.address ?? "")
        let builder = VolumeBuilder(context: context, folder: folder.volumes, claims: host.paths.claims)
        do {
            volumes = try builder.prepare()
            mountProblem = nil
            await publish()
            return true
        } catch {
            if mountProblem != error.message {
                mountProblem = error.message
                await host.event(pod, "FailedMount", error.message, .warning)
            }
            look(at: Date().addingTimeInterval(2))
            await publish()
            return false
        }
    }

    /// Gives back what `makeSandbox` made, and forgets the pod on disk.
    func removeSandbox() async {
        await host.network.detach(uid)
        attachment = nil
        folder.remove()
        try? FileManager.default.removeItem(at: SharedMemory.folder(of: uid))
    }

    /// A pod that has a limit of its own and has outlived it fails as a whole.
    func enforceDeadline() async {
        guard let limit = pod["spec", "activeDeadlineSeconds"]?.int, let start = PodView(pod).startTime else { return }
        let due = start.addingTimeInterval(Double(limit))
        guard due <= Date() else { return look(at: due) }
        failure = ContainerRecord.Waiting(
            reason: "DeadlineExceeded",
            message: "Pod was active on the node longer than the specified deadline"
        )
        await host.event(pod, "DeadlineExceeded", "Pod was active on the node longer than the specified deadline")
        await settle()
    }
}

extension SlipwayError {
    /// What and why in one line, for events.
    var oneLine: String { why.map { "\(what): \($0)" } ?? what }
}
