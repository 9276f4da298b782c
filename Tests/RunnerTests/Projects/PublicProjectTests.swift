import Core
import Foundation
import Testing

@testable import Runner

/// Workflow files as public projects write them, run as they are.
///
/// Where a project's tools are not on the machine, the test says so.
@Suite struct PublicProjectTests {
    private static func has(_ tools: String...) -> Bool {
        tools.allSatisfy { Executables.find($0, path: ProcessInfo.processInfo.environment["PATH"] ?? "") != nil }
    }

    /// A library with a matrix, a cache, artifacts and a summary of all legs.
    @Test(.enabled(if: has("node", "npm"), "node and npm are not installed"))
    func aNodeLibrary() async throws {
        let files = [
            "package.json": #"""
            {"name": "left", "version": "1.2.3", "private": true,
             "scripts": {"lint": "node --check index.js", "test": "node --test", "build": "mkdir -p dist && cp index.js dist/"}}
            """#,
            "package-lock.json":
                #"{"name": "left", "version": "1.2.3", "lockfileVersion": 3, "packages": {"": {"name": "left", "version": "1.2.3"}}}"#,
            "index.js": "module.exports = (text, n) => String(text).padStart(n);\n",
            "index.test.js": """
            const test = require('node:test');
            const assert = require('node:assert');
            test('pads', () => assert.equal(require('./index.js')('a', 3), '  a'));
            """,
        ]
        let workflow = """
            name: Node CI
            on:
              push:
                branches: [main]
              pull_request:
                branches: [main]
            concurrency:
              group: ${{ github.workflow }}-${{ github.head_ref || github.ref }}
              cancel-in-progress: ${{ github.event_name == 'pull_request' }}
            permissions:
              contents: read
            jobs:
              test:
                name: Test (${{ matrix.mode }})
                runs-on: ubuntu-latest
                strategy:
                  fail-fast: false
                  matrix:
                    mode: [development, production]
                    include:
                      - mode: production
                        flags: --omit=dev
                env:
                  NODE_ENV: ${{ matrix.mode }}
                steps:
                  - uses: actions/checkout@v4
                  - name: Cache npm
                    uses: actions/cache@v4
                    with:
                      path: .npm-cache
                      key: ${{ runner.os }}-npm-${{ hashFiles('**/package-lock.json') }}
                      restore-keys: ${{ runner.os }}-npm-
                  - run: npm ci --offline --cache .npm-cache ${{ matrix.flags }}
                  - run: npm run lint
                  - run: npm test
                  - run: npm run build
                  - uses: actions/upload-artifact@v4
                    if: matrix.mode == 'production'
                    with:
                      name: dist
                      path: dist/
                      if-no-files-found: error
              publish:
                needs: test
                if: startsWith(github.ref, 'refs/tags/v')
                runs-on: ubuntu-latest
                steps: [{run: npm publish}]
              all-green:
                if: always()
                needs: [test, publish]
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/download-artifact@v4
                    with: {name: dist}
                  - run: test -f index.js
                  - if: contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled')
                    run: exit 1
                  - run: echo "### ${{ needs.test.result }} and ${{ needs.publish.result }}" >> "$GITHUB_STEP_SUMMARY"
            """
        try await TestProject.with(files) { project in
            let run = try await project.run(workflow)
            #expect(run.record.conclusion == .success)
            #expect(
                run.jobs.map { "\($0.name) \($0.result?.rawValue ?? "")" }.sorted() == [
                    "Test (development) success", "Test (production) success", "all-green success", "publish skipped",
                ]
            )
            #expect(try run.everything().contains("### success and skipped"))
        }
    }

    /// A package whose versions come from one job's output, and whose wheel is looked into.
    @Test(.enabled(if: has("python3"), "python3 is not installed"))
    func aPythonPackage() async throws {
        let files = [
            "src/tally/__init__.py": "def tally(words):\n    return {w: words.count(w) for w in words}\n",
            "tests/test_tally.py": """
            import unittest
            from tally import tally

            class TallyTest(unittest.TestCase):
                def test_counts(self):
                    self.assertEqual(tally(["a", "a"]), {"a": 2})
            """,
            "tests/__init__.py": "",
        ]
        let workflow = """
            name: tests
            on: [push, pull_request]
            defaults:
              run:
                shell: bash
            jobs:
              versions:
                runs-on: ubuntu-latest
                outputs:
                  matrix: ${{ steps.set.outputs.matrix }}
                steps:
                  - id: set
                    shell: python
                    run: |
                      import json, os, sys
                      version = f"{sys.version_info.major}.{sys.version_info.minor}"
                      with open(os.environ["GITHUB_OUTPUT"], "a") as out:
                          print("matrix=" + json.dumps({"python-version": [version], "level": ["-b", "-bb"]}), file=out)
              tests:
                needs: versions
                runs-on: ubuntu-latest
                timeout-minutes: 10
                strategy:
                  matrix: ${{ fromJSON(needs.versions.outputs.matrix) }}
                env:
                  PYTHONPATH: ${{ github.workspace }}/src
                steps:
                  - uses: actions/checkout@v4
                    with: {persist-credentials: false}
                  - name: Tests on ${{ matrix.python-version }}
                    run: python3 ${{ matrix.level }} -m unittest discover -s tests -t .
                  - name: Coverage gate
                    continue-on-error: true
                    run: |
                      echo "::warning file=src/tally/__init__.py,line=1::not all lines are covered"
                      exit 1
                  - if: ${{ !cancelled() }}
                    run: echo "python=${{ matrix.python-version }}"
            """
        try await TestProject.with(files) { project in
            let run = try await project.run(workflow)
            #expect(run.record.conclusion == .success)
            #expect(run.jobs.count == 3)
            #expect(run.annotations.contains { $0.file == "src/tally/__init__.py" && $0.line == 1 })
        }
    }

    /// A crate: formatting, lints and tests, all by cargo.
    @Test(.enabled(if: has("cargo"), "cargo is not installed"))
    func aRustCrate() async throws {
        let files = [
            "Cargo.toml": "[package]\nname = \"sum\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
            "src/lib.rs":
                "pub fn sum(v: &[i32]) -> i32 {\n    v.iter().sum()\n}\n\n#[test]\nfn sums() {\n    assert_eq!(sum(&[1, 2]), 3);\n}\n",
        ]
        let workflow = """
            name: CI
            on:
              push:
                branches: ["main"]
            env:
              CARGO_TERM_COLOR: never
            jobs:
              build:
                runs-on: ${{ matrix.os }}
                strategy:
                  matrix:
                    os: [ubuntu-latest]
                    profile: [dev]
                    include:
                      - {profile: dev, target: debug}
                steps:
                  - uses: actions/checkout@v4
                  - name: Build
                    run: cargo build --offline --verbose --profile ${{ matrix.profile }}
                  - name: Run tests
                    run: cargo test --offline
                  - run: ls target/${{ matrix.target }}/libsum.rlib
            """
        try await TestProject.with(files) { project in
            let run = try await project.run(workflow)
            let output = try run.output("build-ubuntu-latest-dev")
            #expect(run.record.conclusion == .success, "\(output)")
        }
    }

    /// A monorepo: which parts changed, one reusable workflow for each of them, a gate at the end.
    @Test func aMonorepoWithReusableWorkflows() async throws {
        let files = [
            "services/api/Makefile": "test:\n\t@echo api tests pass\n",
            "services/web/Makefile": "test:\n\t@echo web tests pass\n",
            ".github/actions/setup/action.yml": """
            name: Setup
            description: Prepares a service.
            inputs:
              service: {description: Its folder, required: true}
            outputs:
              hash:
                description: Of its files.
                value: ${{ steps.hash.outputs.hash }}
            runs:
              using: composite
              steps:
                - id: hash
                  shell: bash
                  run: echo "hash=$(cat services/${{ inputs.service }}/* | sha256sum | cut -c1-8)" >> "$GITHUB_OUTPUT"
            """,
            ".github/workflows/service.yml": """
            name: Service
            on:
              workflow_call:
                inputs:
                  service: {type: string, required: true}
                  deploy: {type: boolean, default: false}
                secrets:
                  token: {required: true}
                outputs:
                  version: {value: "${{ jobs.test.outputs.version }}"}
            jobs:
              test:
                runs-on: ubuntu-latest
                outputs:
                  version: ${{ inputs.service }}-${{ steps.setup.outputs.hash }}
                defaults: {run: {working-directory: "services/${{ inputs.service }}"}}
                steps:
                  - uses: actions/checkout@v4
                  - uses: ./.github/actions/setup
                    id: setup
                    with: {service: "${{ inputs.service }}"}
                  - run: make test
              deploy:
                needs: test
                if: inputs.deploy
                environment: {name: "${{ inputs.service }}-staging"}
                concurrency: deploy-${{ inputs.service }}
                runs-on: ubuntu-latest
                steps:
                  - run: test -n "$TOKEN" && echo "deploys ${{ needs.test.outputs.version }}"
                    env: {TOKEN: "${{ secrets.token }}"}
            """,
        ]
        let workflow = """
            name: Monorepo
            on: push
            jobs:
              changes:
                runs-on: ubuntu-latest
                outputs: {services: "${{ steps.diff.outputs.services }}"}
                steps:
                  - uses: actions/checkout@v4
                    with: {fetch-depth: 2}
                  - id: diff
                    run: |
                      list=$(git diff --name-only HEAD^ HEAD -- services | cut -d/ -f2 | sort -u | sed 's/.*/"&"/' | paste -sd,)
                      echo "services=[$list]" >> "$GITHUB_OUTPUT"
              service:
                needs: changes
                if: needs.changes.outputs.services != '[]'
                strategy:
                  matrix:
                    service: ${{ fromJSON(needs.changes.outputs.services) }}
                uses: ./.github/workflows/service.yml
                with:
                  service: ${{ matrix.service }}
                  deploy: ${{ github.ref == 'refs/heads/main' && matrix.service == 'api' }}
                secrets:
                  token: ${{ secrets.DEPLOY_TOKEN }}
              done:
                needs: service
                if: always()
                runs-on: ubuntu-latest
                steps:
                  - run: test "${{ needs.service.result }}" = success
            """
        try await TestProject.with { project in
            try project.write(files)
            try project.write([".github/workflows/test.yml": workflow])
            try await project.commit("services")
            var settings = RunSettings()
            settings.secrets = ["DEPLOY_TOKEN": Secret("token-of-the-deployment")]
            let run = try await project.run(workflow, settings: settings)
            #expect(run.record.conclusion == .success)
            #expect(
                run.jobs.map { "\($0.name): \($0.result?.rawValue ?? "")" }.sorted() == [
                    "changes: success", "done: success", "service (api) / deploy: success",
                    "service (api) / test: success", "service (web) / deploy: skipped",
                    "service (web) / test: success",
                ]
            )
            #expect(try run.output("service-api-deploy").contains("deploys api-"))
        }
    }
}
