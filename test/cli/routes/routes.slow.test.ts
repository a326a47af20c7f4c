import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { routesDocument } from "../../../src/cli/routes/export-routes.ts";
import { routesPlanDocument } from "../../../src/cli/routes/plan-routes.ts";
import { places, startAppAndCli, type AppAndCli } from "../control/app-and-cli.ts";

const roadside = "pn_B6d1Vz5H";

/** Writes a file beside the database. */
function fileOf({ cli }: AppAndCli, text: string): string {
  const file = join(dirname(cli.environment["DATABASE_PATH"] ?? ""), "routes.yaml");
  writeFileSync(file, text);
  return file;
}

const plan = async (system: AppAndCli, text: string, ...more: readonly string[]) =>
  system.run(["routes", "plan", "-f", fileOf(system, text), ...more]);

const writes = ({ app }: AppAndCli) =>
  app.vendors.cartesia.requests.filter(({ method }) => method !== "GET").map(({ path }) => path);

/** A route of one number. */
const route = (lines: string) =>
  `routes:\n  - number: ${roadside}\n    connection: cartesia demo\n${lines}\n`;

describe.each(places)("patchbay routes, run by %s", (place) => {
  it("exports every number in a stable order, and finds no change in what it exported", async () => {
    const system = await startAppAndCli(place);
    const exported = await system.run(["routes", "export"]);
    expect({ exitCode: exported.exitCode, err: exported.err }).toEqual({ exitCode: 0, err: "" });
    expect(exported.out).toContain(
      "  # Roadside (+1 214 555 0152) at cartesia demo\n  - number: pn_B6d1Vz5H\n    connection: cartesia demo\n    agent: agent_5kR9wXd8 # Roadside assistance\n",
    );
    const { routes } = z.object({ routes: z.array(z.unknown()) }).parse(parse(exported.out));
    expect(routes.length).toBeGreaterThan(5);
    const withoutTime = (text: string) => text.replace(/ on \S+\.$/mu, "");
    expect(withoutTime((await system.run(["routes", "export"])).out)).toBe(withoutTime(exported.out));
    const same = await plan(system, exported.out);
    expect(same).toEqual({
      exitCode: 0,
      out: "",
      err: `No change: all of the ${routes.length} numbers of the file are as wanted.\n`,
    });
    expect(writes(system)).toEqual([]);
  });

  it("prints one line for each change, exits with 2, and changes nothing", async () => {
    const system = await startAppAndCli(place);
    const { exitCode, out, err } = await plan(system, route("    agent: agent_7hN4pZc2"));
    expect({ exitCode, err }).toEqual({
      exitCode: 2,
      err: "1 change to the number of the file. Nothing was changed.\n",
    });
    expect(out).toMatch(
      /^Roadside \(\+1 214 555 0152\) at cartesia demo {2}agent: Roadside assistance → .+\n$/u,
    );
    expect(writes(system)).toEqual([]);
  });

  it("prints one JSON document of the documented form for each", async () => {
    const system = await startAppAndCli(place);
    const exported = await system.run(["routes", "export", "--json"]);
    expect(routesDocument.parse(JSON.parse(exported.out)).routes).toContainEqual(
      expect.objectContaining({ agent: "agent_5kR9wXd8", connection: "cartesia demo" }),
    );
    const planned = await plan(system, route("    agent: null"), "--json");
    expect(planned.exitCode).toBe(2);
    expect(routesPlanDocument.parse(JSON.parse(planned.out))).toMatchObject({
      numbers: 1,
      changes: [{ number: { id: roadside }, now: { agent: "agent_5kR9wXd8" }, wanted: { agent: null } }],
      faults: [],
    });
  });
});

describe("a file that cannot be used", () => {
  const elsewhere = "    connection: cartesia demo\n    agent: agent_5kR9wXd8\n";
  it.each([
    ["has an unknown key", route("    agnet: agent_5kR9wXd8"), "4:12: A list of routes has no “agnet” here."],
    [
      "names a number twice",
      `routes:\n  - number: ${roadside}\n${elsewhere}  - number: ${roadside}\n${elsewhere}`,
      `5:13: ${roadside} is there twice: it is also route 1 of the file.`,
    ],
    [
      "names an unknown connection",
      `routes:\n  - number: ${roadside}\n    connection: nowhere\n    agent: null\n`,
      "3:17: This workspace has no connection “nowhere”.",
    ],
    [
      "names a number that is gone",
      `routes:\n  - number: pn_gone\n${elsewhere}`,
      "2:13: Cartesia has no number with this id.",
    ],
    [
      "names an agent that does not exist",
      route("    agent: agent_gone"),
      "4:12: Cartesia has no agent agent_gone (any more).",
    ],
    ["has only a number", route(""), "2:5: Write an agent or fields: without them, the route says nothing."],
    ["is empty", "# nothing yet\n", "1:1: The file is empty: it has no list of routes."],
    [
      "has aliases, which could make it huge",
      `routes: [&a {number: x, connection: y, agent: z}, ${"*a, ".repeat(3)}*a]\n`,
      "1:51: Write it out: a list of routes has no aliases.",
    ],
    ["has a key twice", route("    agent: a\n    agent: b"), "5:5: This key is there twice."],
  ])("exits with 1 if it %s, with its line and column, and changes nothing", async (_what, text, fault) => {
    const system = await startAppAndCli("the command itself");
    const { exitCode, out, err } = await plan(system, text);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: "" });
    expect(err).toContain(`routes.yaml:${fault}\n`);
    expect(err).toContain("Nothing was changed. Correct it and run it again.");
    expect(writes(system)).toEqual([]);
  });

  it("reports what is wrong in 10,000 lines, and too many characters", async () => {
    const system = await startAppAndCli("the server");
    const many = Array.from({ length: 3_333 }, (_, n) => `  - number: pn_${n}\n${elsewhere}`);
    const { exitCode, err } = await plan(
      system,
      `routes:\n${many.join("")}  - number: pn_7\n${elsewhere}`,
      "--json",
    );
    expect(exitCode).toBe(1);
    expect(err).toContain("routes.yaml:10001:13: pn_7 is there twice: it is also route 8 of the file.\n");
    const long = await plan(system, `routes: [] # ${"x".repeat(1_000_000)}`);
    expect(long).toMatchObject({ exitCode: 1, out: "" });
    expect(long.err).toContain("is too long for a list of routes, which has at most 1,000,000 characters.");
  });
});

it("exits with 1 if a vendor does not answer, also with JSON, because a part would look like all", async () => {
  const system = await startAppAndCli("the command itself");
  system.app.vendors.cartesia.fault({ kind: "status", status: 503 });
  const exported = await system.run(["routes", "export", "--json"]);
  expect(exported.exitCode).toBe(1);
  expect(JSON.parse(exported.out)).toMatchObject({ problem: { code: "vendor_unavailable" } });
  const planned = await plan(system, route("    agent: null"));
  expect(planned).toMatchObject({ exitCode: 1, out: "" });
});

it("exits with 1 for invalid settings too, because 2 means changes", async () => {
  const system = await startAppAndCli("the command itself");
  system.cli.environment["CREDENTIAL_KEYS"] = "no key";
  const planned = await plan(system, route("    agent: null"));
  expect(planned).toMatchObject({ exitCode: 1, out: "" });
  expect(planned.err).toContain("CREDENTIAL_KEYS");
});
