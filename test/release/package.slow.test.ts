import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRelease, root, type Made } from "./made.ts";
import { describeSboms } from "./sbom.ts";

let made: Made;
beforeAll(() => {
  made = makeRelease();
}, 300_000);
afterAll(() => made.remove());

const files = (): string[] =>
  readdirSync(made.unpacked, { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(made.unpacked, path)).isFile())
    .toSorted();
const json = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(made.unpacked, path), "utf8"));

// O11, O19
describe("the package of a release", () => {
  it("has the server, its documents and what Prometheus and Grafana read, and nothing of the development", () => {
    const documents = /^docs\/(?:adr\/)?[\w-]+\.(?:md|schema\.json)$/u;
    expect(files().filter((path) => !documents.test(path))).toEqual([
      ".env.example",
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "SECURITY.md",
      "THIRD-PARTY-LICENSES.md",
      "deploy/grafana/patchbay.json",
      "deploy/prometheus/patchbay.rules.yaml",
      "dist/cli/program.js",
      "dist/main.js",
      "manifest.yml",
      "npm-shrinkwrap.json",
      "package.json",
    ]);
    for (const name of ["user-guide", "admin-guide", "operations", "command-line"])
      expect(files()).toContain(`docs/${name}.md`);
    expect(statSync(join(made.unpacked, "dist/main.js")).mode & 0o111).toBe(0o111);
  });

  it("locks every dependency to a version and a hash, and names none of the development", () => {
    expect(json("package.json")).not.toHaveProperty("devDependencies");
    const shipped = json("package.json");
    expect(shipped["scripts"]).toEqual({ start: "exec node dist/main.js start" });
    const {
      packages,
    }: {
      packages: Record<string, { version: string; integrity?: string; dev?: boolean; dependencies?: object }>;
    } = JSON.parse(readFileSync(join(made.unpacked, "npm-shrinkwrap.json"), "utf8"));
    const { "": own, ...others } = packages;
    expect(own).toMatchObject({ version: shipped["version"], dependencies: shipped["dependencies"] });
    expect(own).not.toHaveProperty("devDependencies");
    expect(
      Object.values(others).filter(({ integrity, dev }) => dev || !integrity?.startsWith("sha512-")),
    ).toEqual([]);
    expect(Object.keys(others).length).toBeGreaterThan(100);
  });

  it("has no link to what only the repository has, and no picture", () => {
    const links = files()
      .filter((path) => path.endsWith(".md"))
      .flatMap((document) =>
        [
          ...readFileSync(join(made.unpacked, document), "utf8").matchAll(/\]\((?!https?:|#)([^)#\s]+)/gu),
        ].map(([, path]) => join(dirname(document), path ?? "")),
      );
    expect(links.length).toBeGreaterThan(100);
    expect(links.filter((path) => !existsSync(join(made.unpacked, path)))).toEqual([]);
    expect(readFileSync(join(made.unpacked, "README.md"), "utf8")).not.toContain("![");
  });

  it("has its checksum beside it, with those of both SBOMs", () => {
    const sums = readFileSync(join(made.folder, "SHA256SUMS"), "utf8").trim().split("\n");
    const computed = ["patchbay-1.0.0.tgz", "patchbay-1.0.0.cdx.json", "patchbay-1.0.0.spdx.json"].map(
      (name) =>
        `${createHash("sha256")
          .update(readFileSync(join(made.folder, name)))
          .digest("hex")}  ${name}`,
    );
    expect(sums).toEqual(computed);
    expect(readdirSync(made.folder).length).toBe(4);
  });

  it("has the same bytes if it is made again", () => {
    const again = makeRelease();
    const sums = ({ folder }: Made): string => readFileSync(join(folder, "SHA256SUMS"), "utf8");
    const both = [sums(made), sums(again)];
    again.remove();
    expect(both[1]).toBe(both[0]);
  }, 300_000);
});

describeSboms(() => made);

describe("a version", () => {
  it("is the same wherever it is repeated, and the changelog has it", () => {
    const read = (name: string): string => readFileSync(join(root, name), "utf8");
    const { version } = JSON.parse(read("package.json"));
    const lock = JSON.parse(read("package-lock.json"));
    const chart = read("deploy/helm/patchbay/Chart.yaml");
    expect([
      lock.version,
      lock.packages[""].version,
      /^version: (\S+)$/mu.exec(chart)?.[1],
      /^appVersion: "(\S+)"$/mu.exec(chart)?.[1],
      /^## \[(\d+\.\d+\.\d+)\]/mu.exec(read("CHANGELOG.md"))?.[1],
    ]).toEqual(Array.from({ length: 5 }, () => version));
  });
});
