/// The version this binary reports; releases of Slipway are tagged with it.
let slipwayVersion = "0.1.0"
