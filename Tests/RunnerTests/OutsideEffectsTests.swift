import Testing

@testable import Runner

@Suite struct OutsideEffectsTests {
    @Test(
        arguments: [
            ("make\ndocker build .", "docker"), ("/usr/bin/kubectl apply -f x", "kubectl"),
            ("true && git push", "git push"),
            ("x=$(gh release view)", "gh"), ("npm publish", "npm publish"),
            ("slipway image build", "slipway image build"),
            ("git pull", nil), ("echo dockerfile", nil), ("npm test", nil), ("./docker-compose-free.sh", nil),
            ("slipway runs", nil), ("weigh", nil),
        ] as [(String, String?)]
    )
    func findsCommandsThatReachOut(script: String, found: String?) {
        #expect(OutsideEffects.find(in: script) == found)
    }
}
