import Core
import Images

extension EnvironmentSettings {
    /// The settings with the repository that `image-env` names; an unset or empty variable (as an undefined `vars.X` of
    /// a workflow is) leaves the file's `image`.
    ///
    /// - Throws: `SlipwayError` where the variable holds no repository.
    func withImage(from variables: [String: String]) throws -> EnvironmentSettings {
        guard let name = imageVariable, let text = variables[name], !text.isEmpty else { return self }
        guard let reference = try? ImageReference(parsing: text, defaultRegistry: "localhost"),
            reference.tag == nil, reference.digest == nil
        else {
            throw SlipwayError(
                .invalidInput,
                "\(name) names no image repository: \"\(text)\"",
                why: "image-env of slipway.yml takes the image of \(self.name) from it",
                next: "Give REGISTRY/NAME without tag and digest, for example ghcr.io/team/api."
            )
        }
        var settings = self
        settings.image = reference.name
        return settings
    }
}
