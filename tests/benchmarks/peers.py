"""GridBook's hand-over beside PouchDB's and Morango's of the same visits: `dev.py bench peers`.

The bench sets its peers up itself in the cache: PouchDB from the npm registry, which needs Node.js with npm,
and Morango with its Django from the Python package index.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from gridbook.store import tables
from tests.benchmarks import _table, sync

POUCHDB = "pouchdb@9.0.0"
MORANGO = "morango==0.8.15"
CACHE = Path(__file__).resolve().parents[2] / ".cache" / "peers"
REPLICATE = """
const PouchDB = require('pouchdb');
const rows = require('fs').readFileSync(0, 'utf8').trim().split('\\n').map(JSON.parse);
const seconds = async work => {
  const began = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - began) / 1e9;
};
(async () => {
  const [one, other] = ['one', 'other'].map(name => new PouchDB(process.argv[2] + '/' + name));
  for (let i = 0; i < rows.length; i += 1000) await one.bulkDocs(rows.slice(i, i + 1000));
  const replicate = () => PouchDB.replicate(one, other, {batch_size: 1000});
  const first = await seconds(replicate);
  const again = await seconds(replicate);
  const held = (await other.info()).doc_count;
  const peak = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({import: first, 're-import': again, held, peak}));
})();
"""


def pouchdb(count: int) -> dict[str, float]:
    """Replicate so many visits from one store on this disk to another; neither signs nor encrypts."""
    home = CACHE / POUCHDB
    if not (home / "node_modules" / "pouchdb").is_dir():
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text('{"private": true}')
        npm = shutil.which("npm")
        if npm is None:
            raise SystemExit("This bench needs Node.js with npm.")
        subprocess.run([npm, "install", "--no-audit", "--no-fund", "--silent", POUCHDB], cwd=home, check=True)
    (home / "replicate.js").write_text(REPLICATE)
    rows = []
    for (visit,) in sync.visits(count, 1):
        row = {name: value for name, value in tables.row_of(visit).items() if name != "id"}
        rows.append(json.dumps({"_id": visit.id.hex(), **row}))
    with tempfile.TemporaryDirectory(prefix="gridbook-bench-") as folder:
        told = subprocess.run(
            ["node", "replicate.js", folder],
            cwd=home,
            input="\n".join(rows),
            capture_output=True,
            text=True,
            check=True,
        )
    found: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    if found.pop("held") != count:
        raise SystemExit("PouchDB did not take in everything.")
    return found


def morango(count: int) -> dict[str, float]:
    """Push so many visits from one store to another over loopback; both are plain SQLite."""
    home = CACHE / MORANGO.replace("==", "-")
    if not (home / "morango").is_dir():
        pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, "--target", str(home), MORANGO], check=True)
    ours = Path(__file__).parent / "morango_store"
    around = dict(os.environ, PYTHONPATH=f"{home}{os.pathsep}{ours}")
    rows = []
    for (visit,) in sync.visits(count, 1):
        rows.append(json.dumps({name: value for name, value in tables.row_of(visit).items() if name != "id"}))
    with tempfile.TemporaryDirectory(prefix="gridbook-bench-") as folder:
        one, other = Path(folder, "one.db"), Path(folder, "other.db")

        def does(*what: str) -> list[str]:
            return [sys.executable, str(ours / "replicate.py"), *what]

        subprocess.run(does("found", str(one)), env=around, check=True)
        shutil.copy(one, other)
        served = subprocess.Popen(does("serve", str(other)), env=around, stdout=subprocess.PIPE, text=True)
        try:
            assert served.stdout is not None
            port = served.stdout.readline().strip()
            told = subprocess.run(
                does("push", str(one), port),
                env=around,
                input="\n".join(rows),
                capture_output=True,
                text=True,
                check=True,
            )
            held = subprocess.check_output(does("count", str(other)), env=around, text=True)
        finally:
            served.kill()
            served.communicate()
    if int(held) != count:
        raise SystemExit("Morango did not take in everything.")
    found: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return found


PEERS = {"PouchDB": (pouchdb, 100_000), "Morango": (morango, 2_000)}
"""Each peer with the number of visits that it is measured with; Morango takes minutes for a few thousand."""


def main() -> None:
    """Write down what each took, and the ratio; both sides with the same number of visits."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--peer", choices=PEERS, nargs="*", default=tuple(PEERS))
    asked.add_argument("--count", type=int, help="so many visits instead of the peer's own number")
    asked.add_argument("--kept", type=Path, help="keep the filled books here for the next run")
    told = asked.parse_args()
    for name in told.peer:
        measured, usual = PEERS[name]
        count = told.count or usual
        ours, theirs = sync.run(count, 1, told.kept, tries=1), measured(count)
        rows = [(f"{count:,} visits: {name} against GridBook", f"{theirs['import'] / ours['import']:.1f} ×")]
        for what in ("import", "re-import"):
            rows.append((f"{what}: GridBook, {name}", f"{ours[what]:.2f} s, {theirs[what]:.2f} s"))
        if "peak" in theirs:
            rows.append((f"peak: GridBook, {name}", f"{ours['import peak']:.0f} MB, {theirs['peak']:.0f} MB"))
        _table.write(f"peers --peer {name}", rows)


if __name__ == "__main__":
    main()
