import { expect, it } from "vitest";
import type { ButtonSubject } from "../../../src/domain/notifications/button-subject.ts";
import { noteMessageWithButtons } from "../../../src/slack/delivery/note-message.ts";
import { startWorld } from "../../support/world.ts";

const address = { channelId: "C1", ts: "1.2" };
const message = { text: "It is paused.", blocks: [] };

it.each([
  { act: { kind: "run", runId: "run_1" }, waits: true },
  { act: { kind: "freeze", scope: {}, at: "2026-03-01T00:00:00.000Z" }, waits: false },
] as const satisfies readonly { readonly act: ButtonSubject; readonly waits: boolean }[])(
  "stores a message about a $act.kind, and waits for the update of older ones: $waits",
  async ({ act, waits }) => {
    const { store, ctx } = await startWorld();
    const { messagesWithButtons } = store.workspace("T1");
    const done: string[] = [];
    let finishCheck = (): void => undefined;
    const check = new Promise<void>((resolve) => {
      finishCheck = resolve;
    });
    const deps: Parameters<typeof noteMessageWithButtons>[0] = {
      store,
      log: ctx.log,
      checkButtons: () => void done.push("check requested"),
      checkButtonsNow: async () => {
        done.push("check begun");
        await check;
        done.push("checked");
      },
    };
    const noted = noteMessageWithButtons(deps, "T1", { act, address, message }).then(() =>
      done.push("noted"),
    );
    if (waits) await expect.poll(() => done).toEqual(["check begun"]);
    finishCheck();
    await noted;
    expect(done).toEqual(waits ? ["check begun", "checked", "noted"] : ["check requested", "noted"]);
    expect(await messagesWithButtons.find(address)).toMatchObject({ act, message });
  },
);
