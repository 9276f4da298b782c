import Core
import Foundation

/// What a `kustomization.yaml` says, checked and located.
struct KustomizationFile {
    struct Patch {
        enum Content {
            case inline(Located<String>)
            case file(Located<String>)
        }

        let content: Content
        let target: Selector?
        let location: SourceLocation
        let allowsNameChange: Bool
        let allowsKindChange: Bool
    }

    /// Which objects a patch is for; every part is an anchored regular expression, and empty means any.
    struct Selector {
        var group = ""
        var version = ""
        var kind = ""
        var name = ""
        var namespace = ""
        var labelSelector = ""
        var annotationSelector = ""
        let location: SourceLocation
    }

    struct Labels {
        let pairs: [String: String]
        let includesSelectors: Bool
        let includesTemplates: Bool
        let fields: [FieldSpec]
    }

    struct Image {
        let name: String
        let newName: String?
        let newTag: String?
        let digest: String?
        let location: SourceLocation
    }

    struct Replica {
        let name: String
        let count: Int
        let location: SourceLocation
    }

    struct Generator {
        enum Behavior: String {
            case create, merge, replace
        }

        let kind: String
        let name: String
        let namespace: String?
        let type: String?
        let behavior: Behavior
        let literals: [Located<String>]
        let files: [Located<String>]
        let envs: [Located<String>]
        let options: GeneratorOptions
        let location: SourceLocation
    }

    struct GeneratorOptions {
        var labels: [String: String] = [:]
        var annotations: [String: String] = [:]
        var disablesNameSuffixHash = false
        var isImmutable = false

        /// The options of one generator over those of the file.
        func merged(over defaults: GeneratorOptions) -> GeneratorOptions {
            GeneratorOptions(
                labels: defaults.labels.merging(labels) { $1 },
                annotations: defaults.annotations.merging(annotations) { $1 },
                disablesNameSuffixHash: disablesNameSuffixHash || defaults.disablesNameSuffixHash,
                isImmutable: isImmutable || defaults.isImmutable
            )
        }
    }

    var isComponent = false
    var resources: [Located<String>] = []
    var components: [Located<String>] = []
    var namespace: Located<String>?
    var namePrefix = ""
    var nameSuffix = ""
    var commonLabels: [String: String] = [:]
    var labels: [Labels] = []
    var commonAnnotations: [String: String] = [:]
    var images: [Image] = []
    var replicas: [Replica] = []
    var patches: [Patch] = []
    var strategicPatches: [Patch] = []
    var json6902Patches: [Patch] = []
    var generators: [Generator] = []
    var generatorOptions = GeneratorOptions()
    /// `legacy` or `fifo`.
    var order: String?
    let location: SourceLocation
}
