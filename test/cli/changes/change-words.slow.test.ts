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

  it("names what a field has and gets before an undo, as before the change", async () => {
    const { run } = await startAppAndCli(place);
    const made = await run(["number", "edit", "0152", "provider=ap_9dK2mQx7", "--yes"]);
    const [, from = "", to = ""] = /provider: (Twilio .+) → (Twilio .+)$/mu.exec(made.out) ?? [];
    expect([from, to]).toEqual([expect.stringMatching(/^Twilio/u), expect.stringMatching(/^Twilio/u)]);
    expect((await run(["number", "undo", "0152"])).err).toContain(`provider: ${to} → ${from}\n`);
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

  it.each([[[]], [["--json"]]])(
    "says what became of a change if standard output is full: %s",
    async (json) => {
      const { app, cli } = await startAppAndCli(place);
      let err = "";
      const full = (): never => {
        throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
      };
      const out = { out: full, err: (text: string) => void (err += text), isTTY: false };
      const args = ["number", "reassign", "0152", "Dispatch", "--yes", ...json];
      const { exitCode } = await cli.run(args, { given: { out } });
      expect(exitCode).toBe(1);
      expect(err).toMatch(/^Reassigned Roadside .*: agent: Roadside assistance → Dispatch$/mu);
      expect(err).toContain("patchbay: ENOSPC: no space left on device, write. The disk is full.");
      expect(app.vendors.cartesia.requests.filter(isUpdate)).toHaveLength(1);
    },
  );

  it("goes on with a change if a person presses Ctrl-C, and says so", async () => {
    const { app, run } = await startAppAndCli(place);
    let open = (): void => undefined;
    const until = new Promise<void>((resolve) => (open = resolve));
    app.vendors.cartesia.fault({ kind: "hold", until }, { on: "write", times: 1 });
    let interrupt: (() => void) | undefined;
    const onInterrupt = (act: () => void) => {
      interrupt = act;
      return () => void (interrupt = undefined);
    };
    const running = run(["number", "detach", "0152", "--yes"], { given: { onInterrupt } });
    await app.slack.eventually("the PATCH", async () => app.vendors.cartesia.requests.some(isUpdate));
    interrupt?.();
    open();
    const { exitCode, err } = await running;
    expect({ exitCode, interrupt }).toEqual({ exitCode: 0, interrupt: undefined });
    expect(err).toMatch(/The change chg_\w{12} has begun\. Waiting for its outcome…/u);
  });

  it("ends with the code and the words of a refusal, if its output is full", async () => {
    const { run } = await startAppAndCli(place);
    let err = "";
    const full = (): never => {
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    };
    const out = { out: full, err: (text: string) => void (err += text), isTTY: false };
    const args = ["number", "reassign", "0152", "Nobody at all", "--yes", "--json"];
    expect((await run(args, { given: { out } })).exitCode).toBe(3);
    expect(err).toContain("Nobody at all");
    expect(err).toContain("The disk is full.");
  });

  it("lists a number as a change has left it, whichever process reads next", async () => {
    const { app, run } = await startAppAndCli(place);
    expect((await run(["number", "list", "0152"])).out).toContain("Roadside assistance");
    const { requests } = app.vendors.cartesia;
    expect((await run(["number", "reassign", "pn_B6d1Vz5H", "Dispatch", "--yes"])).exitCode).toBe(0);
    const before = requests.length;
    expect((await run(["number", "list", "0152"])).out).toMatch(/Roadside +Dispatch +cartesia demo/u);
    if (place === "the command itself") expect(requests).toHaveLength(before);
  });
});
