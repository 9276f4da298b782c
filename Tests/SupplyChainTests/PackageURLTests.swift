import SupplyChain
import Testing

@Suite struct PackageURLTests {
    @Test(
        arguments: [
            "pkg:swift/github.com/apple/swift-nio@2.101.2",
            "pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64&distro=debian-12",
            "pkg:npm/%40angular/animation@12.3.1", "pkg:golang/google.golang.org/genproto@v0.0.0",
            "pkg:pypi/django@1.11.1",
            "pkg:cargo/rand@0.7.2", "pkg:golang/google.golang.org/genproto#googleapis/api/annotations", "pkg:generic/x",
            "pkg:deb/debian/a@1:2.3~rc1", "pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1?packaging=sources",
        ]
    )
    func writesWhatItRead(text: String) throws {
        #expect(try #require(PackageURL(parsing: text)).description == text)
    }

    @Test(
        arguments: [
            ("pkg:PyPI/Django_Allauth@1", "pkg:pypi/django-allauth@1"),
            ("pkg://npm/@Scope/Name@1?b=2&a=1", "pkg:npm/%40scope/name@1?a=1&b=2"),
            (
                "pkg:deb/Debian/Curl@7.50.3-1?distro=jessie&arch=i386",
                "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie"
            ),
            ("pkg:npm/a@1?empty=", "pkg:npm/a@1"),
            ("pkg:swift/github.com/Apple/Swift-NIO@1", "pkg:swift/github.com/Apple/Swift-NIO@1"),
        ]
    )
    func makesTheCanonicalForm(text: String, canonical: String) {
        #expect(PackageURL(parsing: text)?.description == canonical)
    }

    @Test(arguments: ["", "pkg:", "pkg:npm", "npm/a@1", "pkg:npm/%zz", "pkg:1x/a", "http://a/b"])
    func refusesWhatIsNone(text: String) {
        #expect(PackageURL(parsing: text) == nil)
    }

    @Test(
        arguments: [
            "https://github.com/Apple/swift-nio.git", "https://github.com/apple/swift-nio",
            "git@github.com:apple/swift-nio.git",
            "ssh://git@github.com/apple/swift-nio", "github.com/apple/swift-nio",
            "https://user@github.com/apple/swift-nio/",
            "ssh://git@github.com:22/apple/swift-nio.git",
        ]
    )
    func knowsASwiftPackageByAnyAddress(address: String) {
        #expect(Ecosystem.swiftName(address) == "github.com/apple/swift-nio")
    }

    @Test(
        arguments: [
            ("Debian:12", "Debian:12", true), ("Debian:12", "Debian:11", false), ("Debian:12", "Debian", true),
            ("Debian", "Debian:12", false), ("Ubuntu:22.04", "Ubuntu:22.04:LTS", true),
            ("Ubuntu:22.04", "Ubuntu:Pro:22.04:LTS", false), ("PyPI", "PyPI", true), ("PyPI", "npm", false),
        ]
    )
    func countsReleasesAsPartOfTheEcosystem(package: String, advisory: String, concerned: Bool) {
        #expect(Ecosystem(parsing: package).isConcerned(by: Ecosystem(parsing: advisory)) == concerned)
    }
}
