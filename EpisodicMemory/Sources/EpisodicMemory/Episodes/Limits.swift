/// How much of each thing one request may bring. Text is counted in characters, the environment in bytes of JSON.
package enum Limits {
    package static let goal = 8_192
    package static let text = 65_536
    package static let diff = 262_144
    package static let name = 256
    package static let action = 8_192
    package static let actions = 256
    package static let tools = 64
    package static let tags = 64
    package static let environment = 16_384
    package static let results = 100
}
