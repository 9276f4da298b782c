import Hummingbird

/// What a handler knows of its request besides the request itself.
struct ServiceRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Whose data the request may touch.
    var tenant = TenantID.single

    init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
    }
}
