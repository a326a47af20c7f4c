// THIRD-PARTY-LICENSES.md: what is installed with a release, and under which licences. `--check` fails if it is not
// current, or if a licence was not looked at yet: `npm run licenses` writes it.
import { readFileSync, writeFileSync } from "node:fs";
import { shippedDependencies } from "./shipped.mjs";

/** Licences that let anyone ship the package with a program under any licence, if their text is kept. */
const permissive = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "ISC",
  "MIT",
  "MIT-0",
  "(BSD-2-Clause OR MIT OR Apache-2.0)",
  "(MIT OR WTFPL)",
]);

const byName = (one, other) => (one < other ? -1 : 1);
const file = new URL("../../THIRD-PARTY-LICENSES.md", import.meta.url);
const found = shippedDependencies();
const text = `# Licences of what Patchbay installs

Patchbay itself is under the [MIT licence](LICENSE). These packages are installed with it, and each brings the text of its
licence. Versions are in the release's SBOM. \`better-sqlite3\` contains SQLite, which is in the public domain.

| licence | packages |
|---|---|
${[...new Set(found.map(({ license }) => license))]
  .toSorted(byName)
  .map((license) => {
    const names = new Set(found.filter((each) => each.license === license).map(({ name }) => name));
    return `| ${license} | ${[...names].toSorted(byName).join(", ")} |\n`;
  })
  .join("")}`;
const others = found.filter(({ license }) => !permissive.has(license));
for (const { name, version, license } of others)
  process.stderr.write(
    `${name} ${version} is under ${license}, which .ci/release/licenses.mjs does not know\n`,
  );
const onlyChecks = process.argv.includes("--check");
if (!onlyChecks) writeFileSync(file, text);
else if (readFileSync(file, "utf8") !== text) {
  process.stderr.write("THIRD-PARTY-LICENSES.md is not current: run npm run licenses\n");
  process.exitCode = 1;
}
if (others.length > 0) process.exitCode = 1;
process.stdout.write(
  `licences: ${found.length} packages are shipped, ${others.length} under unknown terms\n`,
);
