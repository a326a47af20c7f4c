import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildContext, execForm, lastStep, stagesOf } from "../image/dockerfile.ts";
import { dockerfileFaults, linters } from "./linters.ts";
import { root } from "./tool.ts";

const read = (name: string): string => readFileSync(join(root, name), "utf8");
const stages = stagesOf(read("Dockerfile"));
const image = stages.at(-1) ?? expect.fail("no stage");
const steps = stages.flatMap((stage) => stage.steps);
const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).trim().split("\n");

describe("the Dockerfile", () => {
  it.skipIf(linters.missing)("passes a linter", () => {
    const text = read("Dockerfile");
    expect(dockerfileFaults(text)).toEqual([]);
    const broken = text.replace("USER 10001:10001", "USER").replace("--interval=", "--intervall=");
    expect(dockerfileFaults(broken).map((fault) => fault.replace(/^\d+: /u, ""))).toEqual([
      "Instruction has no arguments",
      "Unknown flag: intervall",
    ]);
  });

  it("builds on one exact version of Node 24 on Debian slim", () => {
    expect(stages.length).toBeGreaterThan(1);
    for (const { base } of stages) expect(base).toMatch(/^node:24\.\d+\.\d+-bookworm-slim$/u);
  });

  it("installs exactly what the lock file says, runs no script of a package, and leaves dev dependencies behind", () => {
    const installs = steps.filter(
      ({ keyword, rest }) => keyword === "RUN" && /npm (?:ci|i|install)\b/u.test(rest),
    );
    for (const { rest } of installs) expect(rest).toMatch(/^npm ci .*--ignore-scripts/u);
    expect(steps.filter(({ rest }) => /\b(?:apt-get|curl|wget|sudo|ADD|latest)\b/u.test(rest))).toEqual([]);
    const copied = image.steps.find(({ rest }) => rest.startsWith("/app/node_modules"));
    const from = stages.find(({ name }) => name === copied?.flags.get("from"));
    expect(from?.steps.filter(({ rest }) => rest.startsWith("npm ci")).map(({ rest }) => rest)).toEqual([
      expect.stringContaining("npm ci --omit=dev"),
    ]);
  });

  it("runs node itself, as a user by number without rights, who owns /data", () => {
    expect(execForm(lastStep(image, "ENTRYPOINT")?.rest ?? "")).toEqual(["node", "/app/dist/main.js"]);
    expect(execForm(lastStep(image, "CMD")?.rest ?? "")).toEqual(["start"]);
    expect(lastStep(image, "USER")?.rest).toBe("10001:10001");
    expect(image.steps.some(({ rest }) => rest.includes("install -d -o 10001 -g 10001 -m 0700 /data"))).toBe(
      true,
    );
    expect(lastStep(image, "STOPSIGNAL")?.rest).toBe("SIGTERM");
    // The default database is ./data/patchbay.db.
    expect(lastStep(image, "WORKDIR")?.rest).toBe("/");
  });

  it("checks its health with node, on the setting's port", () => {
    const check = execForm(lastStep(image, "HEALTHCHECK")?.rest.replace(/^CMD /u, "") ?? "");
    expect(check[0]).toBe("node");
    expect(check[2]).toContain("process.env.PORT || 3000");
    expect(check[2]).toContain("/healthz");
  });

  it("has no secret, and no setting that someone would have to take back", () => {
    expect(steps.filter(({ keyword }) => ["ENV", "ARG"].includes(keyword)).map(({ rest }) => rest)).toEqual([
      "NODE_ENV=production",
    ]);
  });
});

describe("the build context", () => {
  const context = buildContext(read(".dockerignore"), [
    ...tracked,
    ".env",
    "data/patchbay.db",
    "node_modules/a/b.js",
  ]);

  it("has what is copied, and nothing else of the top folder", () => {
    const copied = steps
      .filter(({ keyword, flags }) => keyword === "COPY" && !flags.has("from"))
      .flatMap(({ rest }) => rest.split(" ").slice(0, -1));
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const covered = (file: string): boolean =>
      copied.some((path) => file === path || file.startsWith(`${path}/`));
    expect(context.filter((file) => !covered(file))).toEqual([]);
    expect(
      copied.filter((path) => !context.some((file) => file === path || file.startsWith(`${path}/`))),
    ).toEqual([]);
  });

  it("has no fakes and no secrets", () => {
    expect(context.filter((file) => /^src\/(?:sandbox|demo)\/|^\.env|^data\//u.test(file))).toEqual([]);
  });
});
