extension PodRuntime: PodHosting {}
