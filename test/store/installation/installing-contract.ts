import { expect, test } from "vitest";
import type { OpenStore } from "../contract.ts";
import { manualSources } from "../events.ts";

const first = new Date("2026-03-01T12:00:00.000Z");
const later = new Date("2026-03-02T12:00:00.000Z");

/** What every store guarantees while the Slack app is being installed, whichever process responds. */
export function installingContract(open: OpenStore): void {
  test("lets the state of an installation be used once, by any process, for half an hour", async () => {
    const { sources, advance } = manualSources();
    const one = await open({ sources });
    const other = await one.reopen();
    const claimed = await Promise.all(
      [one, other, one, other].map(async ({ installations }) => installations.claimState("s1")),
    );
    expect(claimed.filter(Boolean)).toHaveLength(1);
    advance(29 * 60_000);
    expect(await other.installations.claimState("s2")).toBe(true);
    expect(await other.installations.claimState("s1")).toBe(false);
    advance(2 * 60_000);
    expect(await other.installations.claimState("s3")).toBe(true);
    expect(await other.installations.claimState("s1")).toBe(true);
  });

  test("knows since when a workspace has its bot token, also in a process that starts later", async () => {
    const one = await open();
    expect(await one.installations.botTokenSince("T1", "xoxb-1", first)).toEqual(first);
    const { installations } = await one.reopen();
    expect(await installations.botTokenSince("T1", "xoxb-1", later)).toEqual(first);
    expect(await installations.botTokenSince("T2", "xoxb-1", later)).toEqual(later);
  });

  test("counts a new bot token from its first use, and forgets the old one with the workspace", async () => {
    const { store, installations } = await open();
    await installations.botTokenSince("T1", "xoxb-1", first);
    expect(await installations.botTokenSince("T1", "xoxb-2", later)).toEqual(later);
    const prod = { vendor: "cartesia", name: "Prod", credentials: { apiKey: "sk-prod" } } as const;
    await store.workspace("T1").connections.add(prod);
    await installations.wipe("T1");
    expect(await installations.botTokenSince("T1", "xoxb-2", first)).toEqual(first);
  });
}
