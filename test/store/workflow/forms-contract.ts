import { expect, test } from "vitest";
import { idGenerator } from "../../../src/id-generator.ts";
import { day } from "../../support/fixtures.ts";
import type { OpenStore } from "../contract.ts";
import { manualSources } from "../events.ts";

/** What every store guarantees about the states of open forms. */
export function formsContract(open: OpenStore): void {
  // D9
  test("finds a state only for the person and the workspace that it was stored for", async () => {
    const { store } = await open({ sources: { now: () => new Date(), newId: idGenerator() } });
    const ours = store.workspace("T1").formStates;
    const token = await ours.keep("U1", "state");
    expect(token).toMatch(/^form_\w{12}$/u);
    expect(await ours.find("U1", token)).toBe("state");
    expect(await ours.find("U2", token)).toBeUndefined();
    expect(await ours.find("U1", "form_other")).toBeUndefined();
    expect(await store.workspace("T2").formStates.find("U1", token)).toBeUndefined();
  });

  // D9
  test("returns the same token for the same state of the same person", async () => {
    const { formStates } = (await open()).store.workspace("T1");
    const token = await formStates.keep("U1", "state");
    expect(await formStates.keep("U1", "state")).toBe(token);
    expect(await formStates.keep("U1", "another")).not.toBe(token);
    expect(await formStates.keep("U2", "state")).not.toBe(token);
  });

  // D9
  test("forgets a state a day after its form was last drawn", async () => {
    const { sources, advance } = manualSources();
    const { formStates } = (await open({ sources })).store.workspace("T1");
    const old = await formStates.keep("U1", "old");
    const drawnAgain = await formStates.keep("U1", "drawn again");
    advance(day / 2);
    await formStates.keep("U1", "drawn again");
    advance(day / 2 + 1);
    expect(await formStates.find("U1", old)).toBeUndefined();
    expect(await formStates.find("U1", drawnAgain)).toBe("drawn again");
  });
}
