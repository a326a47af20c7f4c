import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { buildSite, root, withBuiltSite } from "./built-site.ts";

describe("the documents' site", () => {
  const site = withBuiltSite();
  const read = (page: string): string => readFileSync(join(site().folder, page), "utf8");

  it("has a page for every document", () => {
    const documents = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).filter((path) =>
      path.endsWith(".md"),
    );
    const expected = documents.map((path) =>
      path.replace(/README\.md$/u, "index.md").replace(/md$/u, "html"),
    );
    expect(site().pages).toEqual(expect.arrayContaining(["index.html", "security.html", ...expected]));
  });

  it("loads nothing from elsewhere", () => {
    for (const page of site().pages) {
      const html = read(page).replaceAll(/<a [^>]*>/gu, "");
      const loaded = [...html.matchAll(/(?:src|href|srcset|action)="([^"]*)"/gu)].map(
        ([, address = ""]) => address,
      );
      expect(loaded.length).toBeGreaterThan(1);
      expect(loaded.filter((address) => /^(?:[a-z]+:|\/)/u.test(address) && address !== "data:,")).toEqual(
        [],
      );
    }
    expect(read("site.css")).not.toMatch(/@import|url\(/u);
    expect(read("site.js")).not.toMatch(/https?:/u);
  });

  it("has only links that lead somewhere", () => {
    const anchors = new Map(
      site().pages.map((page) => [
        page,
        new Set([...read(page).matchAll(/ id="([^"]*)"/gu)].map(([, id]) => id)),
      ]),
    );
    const broken = site().pages.flatMap((page) =>
      [...read(page).matchAll(/(?:src|href)="(?!https:|mailto:|data:)([^"#]*)(?:#([^"]*))?"/gu)].flatMap(
        ([link, path = "", anchor]) => {
          const target = path === "" ? page : join(dirname(page), path);
          if (!existsSync(join(site().folder, target))) return [`${page}: ${link}`];
          return anchor === undefined || anchors.get(target)?.has(anchor) ? [] : [`${page}: ${link}`];
        },
      ),
    );
    expect(broken).toEqual([]);
  });

  it("finds every section in its search", () => {
    const texts = read("search.js");
    for (const heading of ["Rotating CREDENTIAL_KEYS", "Start in five minutes", "Break glass"])
      expect(texts).toContain(heading);
  });
});

const brokenLinks = [
  ["[x](gone.md)", "there is no such file"],
  ["[x](#gone)", "there is no such heading"],
  ["[x](user-guide.md#gone)", "there is no such heading"],
  ["![x](screenshots/gone.png)", "there is no such file"],
  ["[x](../../etc/passwd)", "there is no such file"],
  ["[x](http://example.com)", "only https and mailto"],
  ["[x](screenshots)", "a folder has no page"],
] as const;

describe("the build of the site", () => {
  it("names every broken link and every document without a section, and writes nothing then", () => {
    const copy = mkdtempSync(join(tmpdir(), "patchbay-documents-"));
    onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
    const copied = /\.md$|^(?:docs|deploy|package\.json|LICENSE|manifest\.yml)$/u;
    for (const path of readdirSync(root).filter((name) => copied.test(name)))
      cpSync(join(root, path), join(copy, path), { recursive: true });
    for (const path of ["test/README.md", "bench/README.md"]) cpSync(join(root, path), join(copy, path));
    writeFileSync(join(copy, "docs/new.md"), "# New\n");
    appendFileSync(join(copy, "docs/events.md"), `\n${brokenLinks.map(([link]) => link).join("\n\n")}\n`);

    let said = "";
    try {
      buildSite(join(copy, "site"), copy);
    } catch (error) {
      said = String(error);
    }
    const faults = brokenLinks.map(
      ([link, fault]) => `docs/events.md: ${link.slice(link.indexOf("(") + 1, -1)}: ${fault}`,
    );
    expect(said.match(/^docs\/.*$/gmu)).toEqual([
      "docs/new.md: it is in no section of site/navigation.ts",
      ...faults,
    ]);
    expect(existsSync(join(copy, "site"))).toBe(false);
  });
});
