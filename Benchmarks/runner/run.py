#!/usr/bin/env python3
"""The runner's speed, as ratios to named peers in one run.

Needs ninja (apt-get install ninja-build), bash and git. Figures worth comparing are those of a release build on a quiet
machine.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time

PARSER = argparse.ArgumentParser(description=__doc__)
PARSER.add_argument("slipway", nargs="?", default=".build/release/slipway", help="the build to measure")
PARSER.add_argument("--rounds", type=int, default=3, help="the best of so many counts")
PARSER.add_argument("--megabytes", type=int, default=1024, help="how much the masked step prints")
OPTIONS = PARSER.parse_args()
SLIPWAY = os.path.abspath(OPTIONS.slipway)
STEPS = 1000


def timed(command, cwd, **options):
    """Seconds, and the peak resident memory in MiB of the command and what it waited for."""
    start = time.monotonic()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    if status != 0:
        sys.exit(f"{command} failed: {error.decode()}")
    return seconds, usage.ru_maxrss / 1024


def best(command, cwd, before=lambda: None, **options):
    results = []
    for _ in range(OPTIONS.rounds):
        before()
        results.append(timed(command, cwd, **options))
    return min(results)


def project(folder, files):
    for path, text in files.items():
        full = os.path.join(folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w") as file:
            file.write(text)
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"],
                      ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "first"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    return folder


def ninja(folder, jobs):
    lines = ["rule bash", "  command = bash -e $in > /dev/null"]
    for number in range(STEPS):
        with open(os.path.join(folder, f"s{number}.sh"), "w") as script:
            script.write(f"echo {number}\n")
        lines.append(f"build t{number}: bash s{number}.sh")
    with open(os.path.join(folder, "build.ninja"), "w") as file:
        file.write("\n".join(lines) + "\n")
    return best(["ninja", f"-j{jobs}", "--quiet"], folder)[0]


def many_steps(folder):
    steps = "".join(f"      - run: echo {n}\n" for n in range(STEPS))
    text = f"on: push\njobs:\n  a:\n    runs-on: linux\n    steps:\n{steps}"
    project(folder, {".github/workflows/w.yml": text, ".gitignore": ".slipway/\n"})
    return best([SLIPWAY, "run", "w", "--plain"], folder)


def many_jobs(folder):
    jobs = "".join(f"  j{n}: {{runs-on: linux, steps: [{{run: echo {n}}}]}}\n" for n in range(STEPS))
    project(folder, {".github/workflows/w.yml": f"on: push\njobs:\n{jobs}", ".gitignore": ".slipway/\n"})
    return best([SLIPWAY, "run", "w", "--plain"], folder)


def planning(folder):
    matrix = ", ".join(str(n) for n in range(16))
    text = f"""on: push
jobs:
  a:
    runs-on: linux
    strategy: {{matrix: {{x: [{matrix}], y: [{matrix}]}}}}
    steps: [{{run: "echo ${{{{ matrix.x }}}} ${{{{ matrix.y }}}}"}}]
"""
    project(folder, {".github/workflows/w.yml": text, ".gitignore": ".slipway/\n"})
    plan = best([SLIPWAY, "run", "w", "--dry-run"], folder)[0]
    check = best([SLIPWAY, "check", ".github/workflows/w.yml"], folder)[0]
    start = best([SLIPWAY, "--version"], folder)[0]
    return plan, check, start


def checking(folder):
    job = """  j{n}:
    runs-on: ubuntu-latest
    needs: [{needs}]
    if: github.ref == 'refs/heads/main' && success()
    env: {{A: "${{{{ github.sha }}}}"}}
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683
      - run: make test
      - run: echo "${{{{ env.A }}}}"
"""
    files = {}
    for number in range(500):
        jobs = "".join(job.format(n=n, needs=f"j{n-1}" if n else "") for n in range(5))
        files[f".github/workflows/w{number}.yml"] = f"name: w{number}\non: [push]\njobs:\n{jobs}"
    project(folder, files)
    return best([SLIPWAY, "check"], folder)[0] * 1000 / 500


def masking(folder):
    secrets = "".join(f"S{n}=secret-value-{n:03d}-{'x' * (n % 17)}\n" for n in range(100))
    line = "The quick brown fox jumps over the lazy dog; secret-value-007 is not alone here 0123456789"
    # `head` closes the pipe on `yes`, and a run's shell has no pipefail here.
    command = f"yes '{line}' | head -c {OPTIONS.megabytes << 20}"
    text = f"on: push\njobs: {{a: {{runs-on: linux, steps: [{{run: \"{command}\"}}]}}}}\n"
    project(folder, {".github/workflows/w.yml": text, ".gitignore": ".slipway/\nsecrets\nout\n"})
    with open(os.path.join(folder, "secrets"), "w") as file:
        file.write(secrets)

    def clean():
        shutil.rmtree(os.path.join(folder, ".slipway", "runs"), ignore_errors=True)

    cat = best(["bash", "-c", f"({command}) | cat > out"], folder)[0]
    os.unlink(os.path.join(folder, "out"))
    ours, memory = best([SLIPWAY, "run", "w", "--plain", "--secrets-file", "secrets"], folder, before=clean)
    clean()
    return cat, ours, memory


def main():
    root = tempfile.mkdtemp(prefix="slipway-bench-")
    try:
        def folder(name):
            path = os.path.join(root, name)
            os.makedirs(path)
            return path

        for name, ours, jobs in (("1,000 steps in one job", many_steps, 1), ("1,000 jobs of one step", many_jobs, 2)):
            peer = ninja(folder(f"ninja{jobs}"), jobs)
            seconds, memory = ours(folder(f"slipway{jobs}"))
            print(f"{name}: {seconds:.2f} s, ninja -j{jobs} {peer:.2f} s: {seconds / peer:.2f} times, {memory:.0f} MiB", flush=True)
        plan, check, start = planning(folder("plan"))
        print(f"256-job matrix: plan {plan * 1000:.0f} ms, check {check * 1000:.0f} ms (--version {start * 1000:.0f} ms)", flush=True)
        print(f"check of 500 files: {checking(folder('check')):.2f} ms a file", flush=True)
        cat, ours, memory = masking(folder("mask"))
        size = OPTIONS.megabytes
        print(f"{size} MiB, 100 secrets: {size / ours:.0f} MiB/s, cat to a file {size / cat:.0f} MiB/s; "
              f"{memory:.0f} MiB resident")
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
