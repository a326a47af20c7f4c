import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { derivedTables, leftTables, movedTables } from "../../src/store/transfer/transfer-tables.ts";
import { guides, read, root } from "./documents.ts";

it("names for every guarantee a test that exists", () => {
  const text = read("docs/guarantees.md");
  const rows = [...text.matchAll(/^\| ([^|]+) \| `(test\/[^`|]+)` \| ([^|]+) \|$/gmu)];
  expect(rows.length).toBeGreaterThan(15);
  const missing = rows.filter(
    ([, , file = "", name = ""]) =>
      !existsSync(root + file) ||
      !read(file)
        .replaceAll(String.raw`\"`, '"')
        .includes(`"${name}"`),
  );
  expect(missing.map(([row]) => row)).toEqual([]);

  const [, guarantees = ""] = /## Guarantees\n([\s\S]*?)\n## Limits/u.exec(text) ?? [];
  const promises = [...guarantees.matchAll(/^\*\*([^*]+?)\.?\*\*/gmu)].map(([, promise = ""]) =>
    promise.replaceAll(/\s+/gu, " "),
  );
  expect(promises.length).toBeGreaterThan(12);
  const shown = new Set(rows.map(([, promise = ""]) => promise.slice(0, 20)));
  expect(promises.filter((promise) => !shown.has(promise.slice(0, 20)))).toEqual([]);
});

it("says of every table of the database what is kept in it, and for how long", () => {
  const [, kept = ""] =
    /## What is kept, and for how long\n([\s\S]*?)\n## /u.exec(read("docs/data-protection.md")) ?? [];
  const named = [...kept.matchAll(/`([a-z_]+)`/gu)].map(([, name = ""]) => name);
  expect(named.toSorted()).toEqual([...movedTables, ...derivedTables, ...leftTables].toSorted());
});

it("lists every part of a document in its list of contents", () => {
  for (const file of guides) {
    const [head = "", ...parts] = read(file).split(/^## /mu);
    const listed = [...head.matchAll(/^- \[(.+)\]\(#/gmu)].map(([, title]) => title);
    if (listed.length === 0) continue;
    expect({ file, listed }).toEqual({ file, listed: parts.map((part) => part.split("\n")[0]) });
  }
});

it("has every setting of .env.example in the admin guide", () => {
  const settings = [...read(".env.example").matchAll(/^([A-Z_]+)=/gmu)].map(([, name]) => name);
  expect(settings.length).toBeGreaterThan(15);
  const guide = read("docs/admin-guide.md");
  expect(settings.filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
});
