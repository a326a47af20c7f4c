import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { dispatch, teamId, voiceOps } from "../../support/fixtures.ts";
import { formState, sendInteraction, submission } from "../../support/forged-requests.ts";
import { person, textOf, toldInChannel } from "../../support/screen.ts";
import { freezeAll } from "../../support/restrictions.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

export const roadside = { numberId: "pn_B6d1Vz5H", seen: { agent: "agent_5kR9wXd8" } };
export const oz = { id: "U0OZOPER1", name: "oz", tz: "Asia/Kolkata" };

/** A workspace in which people freeze numbers, whose clock a test moves on. */
export interface FreezeHarness {
  readonly harness: Harness;
  readonly omar: SlackPerson;
  readonly ada: SlackPerson;
  /** How much time the app believes has passed beyond what did. */
  passedMs: number;
  patches(): number;
  /** Sends the form of a reassign, whatever any screen shows. */
  reassignBy(userId: string): Promise<void>;
  /** Changes the database behind the app's back. */
  damage(sql: string): void;
  /** Freezes something, and gives what the channel is told. */
  freezes(who: SlackPerson, line: string): Promise<string>;
}

export async function startFreezeHarness(): Promise<FreezeHarness> {
  const clock = { passedMs: 0 };
  const harness = await startHarness({
    workspaces: [{ ...demoWorkspace, users: [...demoWorkspace.users, oz] }],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
    now: () => new Date(Date.now() + clock.passedMs),
    approvalsEveryMs: 20,
  });
  const ada = person(harness, "U0ADMIN01");
  return {
    harness,
    omar: person(harness, "U0OPER001"),
    ada,
    get passedMs() {
      return clock.passedMs;
    },
    set passedMs(ms) {
      clock.passedMs = ms;
    },
    patches: () => harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length,
    reassignBy: async (userId) => {
      const connectionId = harness.connections.cartesia?.id ?? "";
      const values = { number: `${connectionId}/${roadside.numberId}`, agent: dispatch };
      const metadata = formState("reassign", { ...roadside, connectionId });
      await sendInteraction(
        harness,
        submission({ userId, teamId }, { callbackId: "reassign", metadata, values }),
      );
    },
    damage: (sql) => {
      const database = openFile(harness.settings.databasePath);
      database.exec(sql);
      database.close();
    },
    freezes: async (who, line) => {
      const place = { channelId: voiceOps };
      const userId = who === ada ? "U0ADMIN01" : "U0OPER001";
      if (line.startsWith("all ")) await freezeAll(harness, userId, `freeze ${line}`, place);
      else await who.command(`freeze ${line}`, place);
      return textOf(await toldInChannel(harness, voiceOps, "frozen"));
    },
  };
}
