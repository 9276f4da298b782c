import OrderedCollections

/// What a step has done to its job through commands and files, applied when it ends.
struct StepEffects: Sendable, Codable {
    var outputs: OrderedDictionary<String, String> = [:]
    var environment: OrderedDictionary<String, String> = [:]
    /// Folders for `PATH`; the last was added last.
    var paths: [String] = []
    /// State for the same action's post step.
    var state: OrderedDictionary<String, String> = [:]
    var annotations: [Annotation] = []
    /// Errors beyond `Annotation.maximumPerLevel` are counted, not kept.
    var droppedAnnotations = 0
    /// Values of `add-mask`.
    var masks: [String] = []
    /// A command or file was wrong: the step fails even if its process does not.
    var hasFailed = false

    mutating func add(_ annotation: Annotation) {
        let count = annotations.count { $0.level == annotation.level }
        if count < Annotation.maximumPerLevel {
            annotations.append(annotation)
        } else {
            droppedAnnotations += 1
        }
    }

    /// Adds what happened after this.
    mutating func merge(_ later: StepEffects) {
        for (name, value) in later.outputs { outputs[name] = value }
        for (name, value) in later.environment { environment[name] = value }
        for (name, value) in later.state { state[name] = value }
        paths += later.paths
        masks += later.masks
        for annotation in later.annotations { add(annotation) }
        droppedAnnotations += later.droppedAnnotations
        hasFailed = hasFailed || later.hasFailed
    }
}
