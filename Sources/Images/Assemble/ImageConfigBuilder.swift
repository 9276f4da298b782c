import Core

/// How an image starts: what its recipe says, over what its base says.
struct ImageConfigBuilder {
    let recipe: ImageRecipe
    let base: BaseImage?

    private static let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    func config(_ platform: Platform, _ layers: [BuiltLayer]) -> ImageConfig {
        var config = base?.config ?? ImageConfig(platform: platform)
        // A base for linux/arm64 is one for linux/arm64/v8; the variant that programs were built for is kept.
        config.platform = platform
        config.created = recipe.stamp.text
        if let name = recipe.namedUser {
            config.user = name
        } else if let user = recipe.user ?? (base == nil ? .standard : nil) {
            config.user = user.configuration
        }
        config.environment = environment(config.environment)
        setCommand(&config)
        config.workingDirectory = recipe.workingDirectory ?? (base == nil ? "/" : config.workingDirectory)
        config.exposedPorts = Set(config.exposedPorts + recipe.exposedPorts).sorted()
        config.labels.merge(recipe.labels) { _, own in own }
        config.stopSignal = recipe.stopSignal ?? config.stopSignal
        config.healthCheck = recipe.healthCheck ?? config.healthCheck
        config.diffIDs += layers.map(\.diffID)
        config.history += layers.map {
            ImageConfig.History(created: config.created, createdBy: "slipway image build: \($0.name)")
        }
        return config
    }

    /// As Docker does it: an entry point of one's own makes the base's arguments void.
    private func setCommand(_ config: inout ImageConfig) {
        let program = recipe.executables.first.map { [$0.destination] }
        if let entrypoint = recipe.entrypoint ?? program {
            config.entrypoint = entrypoint
            config.command = recipe.command
        } else if !recipe.command.isEmpty {
            config.command = recipe.command
        }
    }

    /// The base's variables, each replaced where the recipe has one of its name.
    private func environment(_ inherited: [String]) -> [String] {
        func name(_ variable: String) -> Substring { variable.prefix { $0 != "=" } }
        var variables = inherited
        for own in recipe.environment {
            if let index = variables.firstIndex(where: { name($0) == name(own) }) {
                variables[index] = own
            } else {
                variables.append(own)
            }
        }
        return variables.contains { name($0) == "PATH" } ? variables : [Self.path] + variables
    }
}
