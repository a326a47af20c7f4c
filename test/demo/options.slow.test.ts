import { spawnSync } from "node:child_process";
import { afterEach, expect, it, vi } from "vitest";
import { readOptions } from "../../src/demo/options.ts";
import { bundled } from "../support/run/bundled.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

// F7
it.each([
  [["--numbers", "abc"], {}, "--numbers takes a whole number from 1 to 450, not “abc”."],
  [[], { PORT: "x" }, "PORT takes a number from 1 to 65535, not “x”"],
])("names the option that it cannot take: %j %j", (options, environment, words) => {
  const main = bundled(new URL("../../src/demo/main.ts", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [main, ...options], {
    env: environment,
    encoding: "utf8",
  });
  expect(stderr).toContain(words);
  expect(stderr).not.toContain("    at ");
  expect(status).toBe(2);
});

// F7
it.each([
  [["--numbers", "0"], "", "--numbers takes a whole number"],
  [["--nonsense"], "", "Unknown option '--nonsense'"],
  [["extra"], "", "Unexpected argument 'extra'"],
  [["--numbers", "1e2"], "", "not “1e2”"],
  [["--numbers", "451"], "", "not “451”"],
  [["--numbers", "-5"], "", "'--numbers' argument is ambiguous"],
  [["--numbers=-5"], "", "not “-5”"],
  [["--numbers="], "", "not “”"],
  [["--numbers"], "", "'--numbers <value>' argument missing"],
  [["--no-open=yes"], "", "'--no-open' does not take an argument"],
  [["--walk=x"], "", "'--walk' does not take an argument"],
  [["-n"], "", "Unknown option '-n'"],
  [["--walk", "--numbers", "20"], "", "--numbers is for the page"],
  [["--replicas", "0"], "", "--replicas takes a whole number from 1 to 5, not “0”"],
  [["--replicas", "six"], "", "not “six”"],
  [["--walk", "--replicas", "3"], "", "--replicas is for the page"],
  [["--walk"], "0", "not “0”"],
  [[], "65536", "not “65536”"],
  [["--help"], "80.5", "not “80.5”"],
])("rejects an invalid option or port: %j, PORT=%s", (args, port, words) => {
  vi.stubEnv("PORT", port);
  expect(readOptions(args)).toEqual({ fault: expect.stringContaining(words) });
});

it("accepts every option in its help", () => {
  vi.stubEnv("PORT", " 8080 ");
  expect(readOptions(["--no-open", "--numbers", "200", "--replicas", "3"])).toEqual({
    walk: false,
    help: false,
    noOpen: true,
    numbers: 200,
    replicas: 3,
    port: 8080,
  });
  expect(readOptions(["--walk", "--help"])).toMatchObject({ walk: true, help: true, numbers: undefined });
});
