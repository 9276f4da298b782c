import Core

extension KustomizationParser {
    func patch(_ reader: FieldReader) -> KustomizationFile.Patch? {
        defer { reader.finish() }
        let inline = reader.string("patch")
        let path = reader.string("path")
        let target = reader.reader("target", what: "A target").map(selector)
        var allowsNameChange = false
        var allowsKindChange = false
        if let options = reader.reader("options", what: "The options of a patch") {
            allowsNameChange = options.flag("allowNameChange")
            allowsKindChange = options.flag("allowKindChange")
            options.finish()
        }
        let content: KustomizationFile.Patch.Content
        switch (inline, path) {
        case (let inline?, nil): content = .inline(inline)
        case (nil, let path?): content = .file(path)
        case (nil, nil):
            reader.fail(reader.node, "A patch needs \"patch\" (its text) or \"path\" (its file)")
            return nil
        default:
            reader.fail(reader.node, "A patch has either \"patch\" or \"path\", not both")
            return nil
        }
        return KustomizationFile.Patch(
            content: content,
            target: target,
            location: reader.node.location,
            allowsNameChange: allowsNameChange,
            allowsKindChange: allowsKindChange
        )
    }

    /// The deprecated form: a file's name, or the patch itself where the text has more than a line.
    func strategicPatch(_ node: YAMLNode, _ reader: FieldReader) -> KustomizationFile.Patch? {
        guard let scalar = node.scalar else {
            reader.fail(node, "each of patchesStrategicMerge must be a file's name or a patch, not \(node.kindName)")
            return nil
        }
        let text = Located(value: scalar.text, location: node.location)
        return KustomizationFile.Patch(
            content: scalar.text.contains("\n") ? .inline(text) : .file(text),
            target: nil,
            location: node.location,
            allowsNameChange: false,
            allowsKindChange: false
        )
    }

    private func selector(_ reader: FieldReader) -> KustomizationFile.Selector {
        defer { reader.finish() }
        var selector = KustomizationFile.Selector(location: reader.node.location)
        selector.group = reader.string("group")?.value ?? ""
        selector.version = reader.string("version")?.value ?? ""
        selector.kind = reader.string("kind")?.value ?? ""
        selector.name = reader.string("name")?.value ?? ""
        selector.namespace = reader.string("namespace")?.value ?? ""
        selector.labelSelector = reader.string("labelSelector")?.value ?? ""
        selector.annotationSelector = reader.string("annotationSelector")?.value ?? ""
        return selector
    }
}
