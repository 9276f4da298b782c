import Foundation

/// What is left on disk, and perhaps still runs, of a pod that no server looks after.
struct PodRemains {
    let folder: PodFolder
    let uid: String

    private static let limit = Duration.seconds(10)

    /// Ends its containers, without asking twice, and removes its files.
    func remove() async {
        let runs = folder.containerNames.flatMap { name in
            folder.runs(of: name).map { folder.container(name, run: $0) }
        }
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: Self.limit)
        var living = runs.filter(\.hasLiveShim)
        while !living.isEmpty, clock.now < deadline {
            // Again and again: an order can be lost while a shim starts.
            for run in living { run.send(.signal(SIGKILL)) }
            guard (try? await clock.sleep(for: .milliseconds(20))) != nil else { return }
            living = living.filter(\.hasLiveShim)
        }
        folder.remove()
        try? FileManager.default.removeItem(at: SharedMemory.folder(of: uid))
    }
}
