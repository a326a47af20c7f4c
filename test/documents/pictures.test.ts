import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { screenshots } from "../browser/screenshots.ts";
import { guides, read, root } from "./documents.ts";

it("shows in the documents the pictures that npm run screenshots takes, and no others", () => {
  const taken = screenshots.map((name) => `${name}.png`).toSorted();
  expect(readdirSync(`${root}docs/screenshots`).toSorted()).toEqual(taken);
  const shown = guides.flatMap((file) =>
    [...read(file).matchAll(/!\[[^\]]*\]\(([^)]+)\)/gu)].map(([, path = ""]) => path.split("/").at(-1) ?? ""),
  );
  expect([...new Set(shown)].toSorted()).toEqual(taken);
});

it("says of each picture what it shows, for people who do not see it", () => {
  const texts = guides.flatMap((file) =>
    [...read(file).matchAll(/!\[([^\]]*)\]/gu)].map(([, text = ""]) => text),
  );
  expect(texts.filter((text) => text.length < 20)).toEqual([]);
});
