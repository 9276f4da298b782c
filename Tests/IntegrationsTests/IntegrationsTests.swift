import Testing

@testable import Integrations
