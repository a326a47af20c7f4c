import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { vendors } from "../../src/vendors/index.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, "utf8");

/** What makes up the product, without its documents and tests. */
const product = [
  ...readdirSync(`${root}src`, { recursive: true, encoding: "utf8" })
    .filter((path) => /[.](?:ts|css|html)$/u.test(path))
    .map((path) => `src/${path}`),
  ".env.example",
  "manifest.yml",
  "compose.yaml",
  "deploy/grafana/patchbay.json",
  "deploy/prometheus/patchbay.rules.yaml",
];

/** The vendors that came after the first four. */
const added = ["retell", "vapi", "elevenlabs"] as const;

describe.each(added)("what %s costs", (id) => {
  // Its adapter, its fake, the account of its demo, and the calls that it lists.
  const own = new RegExp(
    `^src/(?:vendors/adapters|sandbox/vendors(?:/calls|/samples)?)/${id}(?:[./-].*)?$`,
    "u",
  );

  it("is three files besides its own, and no more", () => {
    const others = product.filter((path) => !own.test(path) && new RegExp(id, "iu").test(read(path)));
    expect(others.toSorted()).toEqual([
      "manifest.yml",
      "src/sandbox/vendors/index.ts",
      "src/vendors/index.ts",
    ]);
  });
});

it.each(Object.values(vendors))("$title is in the documents that list the vendors", ({ title }) => {
  const row = new RegExp(`^\\| ${title} +\\|`, "mu");
  expect(read("README.md")).toContain(title);
  expect(read("manifest.yml")).toContain(title);
  expect(read("docs/vendors.md")).toMatch(row);
  expect(read("docs/vendor-sources.md")).toMatch(new RegExp(`^## ${title}$`, "mu"));
});
