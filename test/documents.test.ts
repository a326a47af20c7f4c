import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { commands } from "../src/slack/router/commands.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, "utf8");
const filesIn = (folder: string): string[] =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/u.test(path))
    .map((path) => `${folder}/${path}`);
const decisions = readdirSync(`${root}docs/adr`).filter((name) => /^\d{4}-.*\.md$/u.test(name));
const documents = [
  "README.md",
  "SECURITY.md",
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

describe("the documents", () => {
  it("name the verbs in the order of help", () => {
    const [, all = ""] = read("docs/user-guide.md").split("## All commands");
    const table = [...all.matchAll(/^\| `\/number .*$/gmu)].map(([row]) => row.split(" | ")[0]);
    const named = [...table.join("\n").matchAll(/`\/number (\w+)/gu)].map(([, verb]) => verb);
    expect(named).toEqual(commands.map(({ verb }) => verb));
  });

  it("name only files that exist, and only identifiers that the code has", () => {
    const texts = [...documents, ...decisions.map((name) => `docs/adr/${name}`)].map(read).join("\n");
    const files = ["src", "test", "bench", "site"].flatMap((folder) => filesIn(folder));
    const identifiers = new Set(
      ["package.json", "deploy/prometheus/patchbay.rules.yaml", ...files].flatMap(
        (path) => read(path).match(/\w+/gu) ?? [],
      ),
    );
    const named = [...texts.matchAll(/`([\w./-]+)(?:\(\))?`/gu)].map(([, name]) => name ?? "");
    const paths = named.filter((name) => /\.tsx?$/u.test(name));
    expect(paths.length).toBeGreaterThan(100);
    expect(paths.filter((path) => !files.some((file) => `/${file}`.endsWith(`/${path}`)))).toEqual([]);
    const camelCase = named.filter((name) => /^[a-zA-Z]+[a-z][A-Z]\w*$/u.test(name));
    expect(camelCase.length).toBeGreaterThan(20);
    expect(camelCase.filter((name) => !identifiers.has(name))).toEqual([]);
  });

  it("contain no markers of a merge conflict", () => {
    const texts = [...documents, "CHANGELOG.md", ...decisions.map((name) => `docs/adr/${name}`)].map(read);
    expect(texts.join("\n").match(/^(?:<{7}|={7}|>{7})(?: .*)?$/gmu) ?? []).toEqual([]);
  });

  it("refer to existing tests", () => {
    const texts = [...documents, ...decisions.map((name) => `docs/adr/${name}`)].map(read).join("\n");
    const tests = [...texts.matchAll(/`(test\/[\w./-]+\.ts)`/gu)].map(([, path]) => path ?? "");
    expect(tests.length).toBeGreaterThan(20);
    expect(tests.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
  });
});

describe("the decisions", () => {
  it("have unique numbers", () => {
    expect(new Set(decisions.map((name) => name.slice(0, 4))).size).toBe(decisions.length);
  });

  it.each(decisions)("state the guarantee and how we would notice a violation: %s", (name) => {
    const text = read(`docs/adr/${name}`);
    const title = /^# (\d+)\. (.+)$/mu.exec(text);
    expect(title?.[1]).toBe(String(Number(name.slice(0, 4))));
    for (const part of ["**Status.**", "**Decision.**", "**How we would notice"])
      expect(text).toContain(part);
    expect(read("docs/adr/README.md")).toContain(`| ${title?.[1]} | [${title?.[2]}](${name}) |`);
  });
});
