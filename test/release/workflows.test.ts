import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { linters, workflowFaults } from "../deploy/linters.ts";
import { root } from "./made.ts";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly uses?: string;
  readonly steps?: readonly Step[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: { readonly node?: readonly number[] } };
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(root, ".github/workflows");
const names = readdirSync(folder);
const text = (name: string): string => readFileSync(join(folder, name), "utf8");
const workflow = (name: string): Workflow => parse(text(name));
const stepsOf = (name: string): readonly Step[] =>
  Object.values(workflow(name).jobs).flatMap(({ steps }) => steps ?? []);

describe.each(names)("the workflow %s", (name) => {
  it("names every action by a commit, with its version beside it", () => {
    const used = stepsOf(name).flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[\da-f]{40}$/u.test(action))).toEqual([]);
    const lines = text(name).match(/uses: \S+@.*/gu) ?? [];
    expect(lines.filter((line) => !/ # v\d+\.\d+\.\d+$/u.test(line))).toEqual([]);
  });

  it.skipIf(linters.missing)("is as GitHub's schema says, and waits for jobs that it has", () => {
    // The linter's schema is older than this permission.
    const checked = text(name).replace(", attestations: write", "");
    expect(workflowFaults(checked)).toEqual([]);
    expect(workflowFaults(checked.replace("runs-on:", "run-on:")).join("\n")).toContain(
      "'run-on' is not allowed",
    );
    expect(workflowFaults(checked.replace("runs-on:", "needs: gone\n    runs-on:"))).toEqual([
      expect.stringContaining("unresolved job gone"),
    ]);
  });

  it("may read by default, and writes only in jobs that say so", () => {
    expect(workflow(name).permissions).toEqual({ contents: "read" });
    const checkouts = stepsOf(name).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.map((step) => step.with?.["persist-credentials"])).not.toContain(undefined);
  });

  it("puts nothing that others choose into a script", () => {
    const scripts = stepsOf(name).flatMap(({ run }) => run ?? []);
    expect(scripts.filter((script) => script.includes("${{"))).toEqual([]);
    for (const script of scripts)
      expect(spawnSync("bash", ["-n"], { input: script, encoding: "utf8" }).stderr).toBe("");
  });

  it("runs only scripts that exist", () => {
    const scripts = stepsOf(name)
      .flatMap(({ run }) => run ?? [])
      .join("\n");
    const known = Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts);
    const called = [...scripts.matchAll(/npm run ([\w:]+)/gu)].map(([, script]) => script);
    expect(called.filter((script) => !known.includes(script ?? ""))).toEqual([]);
    const files = [...scripts.matchAll(/(?:bash|node) (\.ci\/\S+)/gu)].map(([, file]) => file ?? "");
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

describe("a release", () => {
  it("waits for the checks and for a try of the package on every Node that is supported", () => {
    const { jobs } = workflow("release.yml");
    expect(jobs["check"]?.uses).toBe("./.github/workflows/ci.yml");
    expect(workflow("ci.yml").on).toHaveProperty("workflow_call");
    expect(workflow("ci.yml").jobs["check"]?.strategy?.matrix.node).toEqual([20, 22, 24]);
    expect(jobs["try"]?.strategy?.matrix.node).toEqual([20, 22, 24]);
    expect(jobs["publish"]?.needs).toEqual(Object.keys(jobs).filter((job) => job !== "publish"));
  });

  it("has its part of the changelog as notes, and fails without one", () => {
    const notes = (version: string): string =>
      execFileSync("node", [".ci/release/notes.mjs", version], {
        cwd: root,
        encoding: "utf8",
        stdio: "pipe",
      });
    expect(notes("1.0.0")).toContain("### Added\n");
    expect(notes("1.0.0")).not.toContain("## [");
    expect(() => notes("0.9.9")).toThrow("no part for 0.9.9");
  });
});

describe("the licences of what is installed", () => {
  it("are all known, and listed", () => {
    const checked = spawnSync("node", [".ci/release/licenses.mjs", "--check"], {
      cwd: root,
      encoding: "utf8",
    });
    expect(checked.stderr).toBe("");
    expect(checked.status).toBe(0);
  });
});
