import Core
import Foundation
import Journal
import Testing

@testable import Runner

/// The services that the JavaScript originals speak to, with a client in node.
@Suite(.enabled(if: Tools.hasNode, "needs node")) struct ServiceTests {
    /// Twirp calls, block uploads and a ZIP archive, as the client libraries make them.
    private static let client = """
        const fs = require('fs'), zlib = require('zlib');
        const base = process.env.ACTIONS_RESULTS_URL, token = process.env.ACTIONS_RUNTIME_TOKEN;
        exports.call = async (service, method, body) => {
          const response = await fetch(base + 'twirp/github.actions.results.api.v1.' + service + '/' + method, {
            method: 'POST', body: JSON.stringify(body),
            headers: {'content-type': 'application/json', authorization: 'Bearer ' + token}});
          return {status: response.status, body: await response.json()};
        };
        exports.ids = () => {
          const payload = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
          const [scope, run, job] = payload.scp.split(':');
          return {workflow_run_backend_id: run, workflow_job_run_backend_id: job};
        };
        exports.upload = async (url, content) => {
          const ids = [];
          for (let at = 0; at < content.length; at += 100000) {
            const id = Buffer.from('block-' + String(at).padStart(20, '0')).toString('base64');
            ids.push(id);
            const put = await fetch(url + '&comp=block&blockid=' + encodeURIComponent(id),
              {method: 'PUT', body: content.subarray(at, at + 100000)});
            if (put.status !== 201) throw new Error('block ' + put.status);
          }
          const list = '<?xml version="1.0"?><BlockList>' + ids.map(i => '<Latest>' + i + '</Latest>').join('') + '</BlockList>';
          const commit = await fetch(url + '&comp=blocklist', {method: 'PUT', body: list});
          if (commit.status !== 201) throw new Error('list ' + commit.status);
        };
        const crc = data => { let c, r = ~0; for (const b of data) { c = (r ^ b) & 255; for (let k = 0; k < 8; k++) c = c & 1 ? c >>> 1 ^ 0xedb88320 : c >>> 1; r = r >>> 8 ^ c; } return ~r >>> 0; };
        exports.zip = files => {
          const parts = [], directory = []; let offset = 0;
          for (const [name, data] of Object.entries(files)) {
            const packed = zlib.deflateRawSync(data), n = Buffer.from(name);
            const h = Buffer.alloc(30); h.writeUInt32LE(0x04034b50); h.writeUInt16LE(20, 4); h.writeUInt16LE(8, 6); h.writeUInt16LE(8, 8); h.writeUInt16LE(n.length, 26);
            const d = Buffer.alloc(16); d.writeUInt32LE(0x08074b50); d.writeUInt32LE(crc(data), 4); d.writeUInt32LE(packed.length, 8); d.writeUInt32LE(data.length, 12);
            const e = Buffer.alloc(46); e.writeUInt32LE(0x02014b50); e.writeUInt16LE(20, 4); e.writeUInt16LE(20, 6); e.writeUInt16LE(8, 8); e.writeUInt16LE(8, 10);
            e.writeUInt32LE(crc(data), 16); e.writeUInt32LE(packed.length, 20); e.writeUInt32LE(data.length, 24); e.writeUInt16LE(n.length, 28); e.writeUInt32LE(offset, 42);
            parts.push(h, n, packed, d); directory.push(e, n); offset += 30 + n.length + packed.length + 16;
          }
          const dir = Buffer.concat(directory), end = Buffer.alloc(22);
          end.writeUInt32LE(0x06054b50); end.writeUInt16LE(Object.keys(files).length, 8); end.writeUInt16LE(Object.keys(files).length, 10);
          end.writeUInt32LE(dir.length, 12); end.writeUInt32LE(offset, 16);
          return Buffer.concat([...parts, dir, end]);
        };
        """

    private static func action(_ script: String) -> [String: String] {
        [
            "act/action.yml": "name: A\ndescription: a\nruns: {using: node20, main: main.js}\n",
            "act/client.js": client,
            "act/main.js": """
            const client = require('./client.js'), fs = require('fs');
            (async () => { \(script) })().catch(error => { console.error(error); process.exit(1); });
            """,
        ]
    }

    private static let steps = "- uses: actions/checkout@v4\n- uses: ./act\n"

    @Test func aClientUploadsWhatTheBuiltInActionDownloadsAndTheOtherWayRound() async throws {
        let script = """
            const ids = client.ids();
            const make = {...ids, name: 'from-node', version: 4};
            const created = await client.call('ArtifactService', 'CreateArtifact', make);
            const big = Buffer.alloc(400000, 'abc');
            const zip = client.zip({'a.txt': Buffer.from('hello'), 'deep/b.bin': big});
            await client.upload(created.body.signed_upload_url, zip);
            const done = await client.call('ArtifactService', 'FinalizeArtifact',
              {...ids, name: 'from-node', size: String(zip.length), hash: 'sha256:00'});
            console.log('id ' + done.body.ok + ' ' + typeof done.body.artifact_id);
            console.log('again ' + (await client.call('ArtifactService', 'CreateArtifact', make)).status);
            const list = await client.call('ArtifactService', 'ListArtifacts', {...ids});
            console.log('list ' + list.body.artifacts.map(a => a.name).sort().join(' '));
            const signed = await client.call('ArtifactService', 'GetSignedArtifactURL', {...ids, name: 'built-in'});
            const got = Buffer.from(await (await fetch(signed.body.signed_url)).arrayBuffer());
            console.log('zip ' + got.includes('from the built-in') + ' ' + got.subarray(0, 2).toString());
            const wrong = await fetch(process.env.ACTIONS_RESULTS_URL + 'twirp/github.actions.results.api.v1.ArtifactService/ListArtifacts', {method: 'POST', body: '{}'});
            console.log('unauthorized ' + wrong.status);
            """
        try await TestProject.with(Self.action(script)) { project in
            let steps = """
                - uses: actions/checkout@v4
                - run: mkdir d && echo "from the built-in" > d/x.txt
                - uses: actions/upload-artifact@v4
                  with: {name: built-in, path: d}
                - uses: ./act
                - uses: actions/download-artifact@v4
                  with: {name: from-node, path: got}
                - run: cat got/a.txt; wc -c < got/deep/b.bin; echo "scripts see [$ACTIONS_RUNTIME_TOKEN]"
                """
            let output = try await project.run(StepTests.job(steps)).output()
            for line in [
                "id true string", "again 409", "list built-in from-node", "zip true PK", "unauthorized 401",
                "hello400000", "scripts see []",
            ] { #expect(output.contains("\(line)\n"), "\(line) in \(output)") }
        }
    }

    @Test func aClientSavesAndRestoresCachesByKeyAndPrefix() async throws {
        let script = """
            const get = async (key, restore_keys) => (await client.call('CacheService', 'GetCacheEntryDownloadURL', {key, restore_keys, version: 'v'})).body;
            console.log('miss ' + (await get('k-1', [])).ok);
            const made = await client.call('CacheService', 'CreateCacheEntry', {key: 'k-1', version: 'v'});
            const content = Buffer.alloc(250000, 'z');
            await client.upload(made.body.signed_upload_url, content);
            const done = await client.call('CacheService', 'FinalizeCacheEntryUpload', {key: 'k-1', version: 'v', size_bytes: '250000'});
            console.log('saved ' + done.body.ok);
            console.log('again ' + (await client.call('CacheService', 'CreateCacheEntry', {key: 'k-1', version: 'v'})).status);
            const hit = await get('k-2', ['x-', 'k-']);
            console.log('hit ' + hit.matched_key);
            const head = await fetch(hit.signed_download_url, {method: 'HEAD'});
            console.log('size ' + head.headers.get('content-length'));
            const part = await fetch(hit.signed_download_url, {headers: {range: 'bytes=10-19'}});
            console.log('part ' + part.status + ' ' + (await part.text()) + ' ' + part.headers.get('content-range'));
            """
        try await TestProject.with(Self.action(script)) { project in
            let output = try await project.run(StepTests.job(Self.steps)).output()
            for line in [
                "miss false", "saved true", "again 409", "hit k-1", "size 250000",
                "part 206 zzzzzzzzzz bytes 10-19/250000",
            ] { #expect(output.contains("\(line)\n"), "\(line) in \(output)") }
        }
    }

    @Test func identityTokensVerifyWithThePublishedKey() async throws {
        let script = """
            const url = process.env.ACTIONS_ID_TOKEN_REQUEST_URL;
            const ask = await fetch(url + '&audience=sts.example', {headers: {authorization: 'bearer ' + process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}});
            const token = (await ask.json()).value;
            const [head, body, signature] = token.split('.');
            const claims = JSON.parse(Buffer.from(body, 'base64url'));
            const found = await (await fetch(claims.iss + '/.well-known/openid-configuration')).json();
            const keys = (await (await fetch(found.jwks_uri)).json()).keys;
            const crypto = require('crypto');
            const key = crypto.createPublicKey({key: keys.find(k => k.kid === JSON.parse(Buffer.from(head, 'base64url')).kid), format: 'jwk'});
            console.log('verified ' + crypto.verify('RSA-SHA256', Buffer.from(head + '.' + body), key, Buffer.from(signature, 'base64url')));
            console.log('sub ' + claims.sub + ' aud ' + claims.aud + ' job ' + claims.job_workflow_ref);
            """
        let workflow = { (permissions: String) in
            """
            on: push
            permissions: \(permissions)
            jobs:
              a:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v4
                  - run: echo "url [${ACTIONS_ID_TOKEN_REQUEST_URL:+set}]"
                  - if: env.SKIP != 'yes'
                    uses: ./act
            """
        }
        try await TestProject.with(Self.action(script)) { project in
            let output = try await project.run(workflow("{id-token: write, contents: read}")).output()
            #expect(output.contains("url [set]\nverified true\n"), "\(output)")
            let name = "alice/project"
            #expect(
                output.contains(
                    "sub repo:\(name):ref:refs/heads/main aud sts.example job \(name)/.github/workflows/test.yml@refs/heads/main\n"
                ),
                "\(output)"
            )
            let refused = try await project.run("env: {SKIP: 'yes'}\n" + workflow("read-all"))
            #expect(try refused.output().contains("url []\n"))
        }
    }
}
