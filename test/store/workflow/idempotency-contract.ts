import { expect, test } from "vitest";
import { manualSources } from "../events.ts";
import type { OpenStore } from "../contract.ts";

const request = { tokenId: "tok_1", key: "key-1", fingerprint: "f1", changeId: "chg_1" };

/** What every store guarantees about idempotency keys. */
export function idempotencyContract(open: OpenStore): void {
  test("claims a key once for each token and workspace, and keeps the answer", async () => {
    const { store, reopen } = await open();
    const { idempotencyKeys } = store.workspace("T1");
    expect(await idempotencyKeys.claim(request)).toBeUndefined();
    const again = { ...request, fingerprint: "f2", changeId: "chg_2" };
    expect(await idempotencyKeys.claim(again)).toMatchObject({ fingerprint: "f1", changeId: "chg_1" });
    expect(await idempotencyKeys.claim({ ...request, tokenId: "tok_2" })).toBeUndefined();
    expect(await store.workspace("T2").idempotencyKeys.claim(request)).toBeUndefined();
    await idempotencyKeys.answer(request, { status: 200, body: "{}" });
    const later = (await reopen()).store.workspace("T1").idempotencyKeys;
    expect(await later.claim(again)).toEqual({
      fingerprint: "f1",
      changeId: "chg_1",
      at: expect.any(Date),
      answer: { status: 200, body: "{}" },
    });
  });

  test("forgets a request that did nothing, and each after a day", async () => {
    const { sources, advance } = manualSources();
    const { store } = await open({ sources });
    const { idempotencyKeys } = store.workspace("T1");
    await idempotencyKeys.claim(request);
    await idempotencyKeys.release(request);
    expect(await idempotencyKeys.claim(request)).toBeUndefined();
    await idempotencyKeys.claim({ ...request, key: "key-2" });
    advance(25 * 60 * 60_000);
    await idempotencyKeys.claim({ ...request, key: "key-3" });
    expect(await idempotencyKeys.claim(request)).toBeUndefined();
  });
}
