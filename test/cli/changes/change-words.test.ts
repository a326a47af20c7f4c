import { describe, expect, it } from "vitest";
import { isUpdate } from "../../../src/sandbox/vendors/index.ts";
import { settle } from "../../support/restrictions.ts";
import { places, startAppAndCli } from "../control/app-and-cli.ts";

describe.each(places)("patchbay number, run by %s", (place) => {
  it("says branch where the vendor does, in lists, previews, results and the history", async () => {
    const { app, run } = await startAppAndCli(place, { connected: ["elevenlabs"] });
    const branch = "Storm desk (branch agtbrch_6201k9winter)";
    expect((await run(["number", "list", "0128"])).out).toContain(branch);
    expect((await run(["number", "show", "0128"])).out).toContain(`Answered by: ${branch}`);
    const { exitCode, out, err } = await run(["number", "reassign", "0128", "Meter desk", "--yes"]);
    expect(exitCode).toBe(0);
    expect(err).toContain(`agent: ${branch} → Meter desk`);
    expect(out).toContain(`agent: ${branch} → Meter desk`);
    expect((await run(["number", "history"])).out).toContain(`agent: ${branch} → Meter desk`);
    expect(app.vendors.elevenlabs.requests.filter(isUpdate)).toHaveLength(1);
  });

  it("names the holding agent before a detach if the settings give one", async () => {
    const { app, run } = await startAppAndCli(place);
    const words = `The holding agent Dispatch could answer instead: patchbay number reassign pn_B6d1Vz5H agent_7hN4pZc2`;
    expect((await run(["number", "detach", "0152"])).err).not.toContain("holding agent");
    await settle(app, { holdingAgent: "dispatch" });
    expect((await run(["number", "detach", "0152"])).err).toContain(words);
    expect((await run(["number", "reassign", "0152", "Dispatch"])).err).not.toContain("holding agent");
  });

  it.each([
    ["number", ["show", ""], "Say which number."],
    ["number", ["detach", " ", "--yes"], "Say which number."],
    ["agent", ["reassign", "0152", "", "--yes"], "Say which agent."],
    ["connection", ["show", "0152", "--connection", ""], "Say which connection."],
  ])("asks for the %s that was left empty", async (_what, args, words) => {
    const { run } = await startAppAndCli(place);
    const { exitCode, err } = await run(["number", ...args]);
    expect(exitCode).toBe(3);
    expect(err).toContain(`patchbay: ${words}`);
  });
});
