"""GridBook's hand-over beside PouchDB's replication of the same visits: `dev.py bench peers`.

The bench sets its peer up itself, from the npm registry into the cache, and needs Node.js with npm.
"""

import argparse
import json
import shutil
import subprocess
import tempfile
from datetime import date
from pathlib import Path

from gridbook.store import tables
from tests.benchmarks import sync

POUCHDB = "pouchdb@9.0.0"
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


def main() -> None:
    """Print both and the ratio."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=100_000)
    count = asked.parse_args().count
    ours, theirs = sync.run(count, 1), pouchdb(count)
    print(f"\n{count:,} visits   {date.today()}")
    for name in ("import", "re-import"):
        print(f"  {name:12} GridBook {ours[name]:8.2f} s   PouchDB {theirs[name]:8.2f} s")
    print(f"  {'peak':12} GridBook {ours['import peak']:8.0f} MB  PouchDB {theirs['peak']:8.0f} MB")
    print(f"  PouchDB takes {theirs['import'] / ours['import']:.1f} x as long")


if __name__ == "__main__":
    main()
