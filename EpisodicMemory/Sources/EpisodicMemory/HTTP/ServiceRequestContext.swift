import Hummingbird

/// What a handler knows of its request besides the request itself.
struct ServiceRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage

    init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
    }
}
