import { until } from "../support/until.ts";
import { startHarness, type Harness } from "../../src/demo/harness.ts";
import { changeNumber } from "../../src/operations/change/change-number.ts";
import { connectVendor } from "../../src/operations/connections/connect-vendor.ts";
import type { Actor } from "../../src/domain/shared/actor.ts";
import type { ChangeKind } from "../../src/domain/numbers/change.ts";
import { isProblem } from "../../src/domain/problem/problem.ts";
import { demoAccount } from "../../src/sandbox/vendors/index.ts";
import type { SandboxMessage } from "../../src/sandbox/slack/index.ts";
import { cli, dispatch } from "../support/fixtures.ts";
import { formState, sendInteraction, submission, type Crafted } from "../support/forged-requests.ts";
import { alpha, bravo } from "../support/neighbours.ts";
import { ids, workspaces, type Who } from "./people.ts";
import { accountOfAlpha, bravoKey, changes, numbers, type Target } from "./targets.ts";
import { madeForTries, type MadeForTries } from "./made-for-tries.ts";
import { resetEverything, resetVendor } from "./reset.ts";

/** A harness in which actions are tried one after the other. */
export interface MatrixHarness extends MadeForTries {
  readonly harness: Harness;
  /** The connection of a target's workspace. */
  connectionOf(target: Target): string;
  keyOf(target: Target): string;
  nameOf(target: Target): string;
  agentOf(target: Target): string | null;
  /** Resets everything. */
  reset(): Promise<void>;
  /** Posts a message with one button of any value, for anybody to click. */
  poster(actionId: string, value: string): Promise<SandboxMessage>;
  /** The same with an overflow menu that has an item with this value. */
  menuPoster(value: string): Promise<SandboxMessage>;
  /** Sends a form that was never opened. */
  send(who: Who, callbackId: string, metadata: unknown, values?: Record<string, string>): Promise<void>;
  sendCrafted(payload: Crafted): Promise<void>;
  /** The form of a change, filled in. */
  sendChange(who: Who, verb: ChangeKind, target: Target, breakGlass?: boolean): Promise<void>;
  /** The same form with the number's id in upper case, which the vendor treats as the same id. */
  sendUpperCase(who: Who, target: Target): Promise<void>;
  /** The same change, made without a person. */
  changeAs(actor: Actor, verb: ChangeKind, target: Target): Promise<void>;
  /** Creates a request for approval by the operator. Returns its id. */
  approval(): Promise<string>;
  /** Adds a connection that can be removed. */
  spare(): Promise<string>;
  /** Lets a minute pass for the app: it asks Slack again who a person is, and its limits of requests begin anew. */
  minuteLater(): void;
  /** How many requests the app has finished. */
  finished(): number;
  close(): Promise<void>;
}

/** Starts a harness with two workspaces, everybody, and a protected and a frozen number. */
export async function startMatrixHarness(): Promise<MatrixHarness> {
  let done = 0;
  let ahead = 0;
  const harness = await startHarness({
    workspaces,
    connected: ["cartesia"],
    accounts: (vendor) => (vendor === "cartesia" ? accountOfAlpha() : demoAccount(vendor)),
    environment: { LOG_LEVEL: "info", API_PORT: "0" },
    // Counts of repeated refusals are written at the end of a round, during whichever cell is tried then.
    refusalsEveryMs: 86_400_000,
    now: () => new Date(Date.now() + ahead),
    logTo: {
      write: (line: string) => {
        if (/"msg":"request(?: from a workspace without installation)?"/u.test(line)) done += 1;
      },
    },
  });
  resetVendor(harness);
  const theirs = await connectVendor(harness.infra.contextFor(bravo.teamId, cli), {
    vendor: "cartesia",
    name: "bravo account",
    credentials: { api_key: bravoKey },
  });
  const ours = harness.connections.cartesia?.id ?? "";
  const store = harness.infra.store.workspace(alpha.teamId);
  const connectionOf = (target: Target): string => (target === "foreign" ? theirs.id : ours);
  const keyOf = (target: Target): string => `${connectionOf(target)}/${numbers[target].id}`;
  const sendCrafted = async (payload: Crafted): Promise<void> => {
    await sendInteraction(harness, payload);
  };
  const post = async (element: Readonly<Record<string, unknown>>): Promise<SandboxMessage> => {
    const blocks = [{ type: "actions", elements: [element] }];
    const answer = await fetch(`${harness.slack.apiUrl}chat.postMessage`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${alpha.botToken}` },
      body: JSON.stringify({ channel: "C0VOICE01", text: "Try", blocks }),
    });
    const posted = harness.slack.messages("C0VOICE01").at(-1);
    if (!answer.ok || !posted) throw new Error("there is no message to press");
    return posted;
  };
  const send: MatrixHarness["send"] = async (who, callbackId, metadata, values = {}) => {
    const from =
      who === "stranger"
        ? { userId: ids[who], teamId: "T0ELSE001", installedIn: alpha.teamId }
        : { userId: ids[who], teamId: alpha.teamId };
    await sendCrafted(submission(from, { callbackId, metadata, values }));
  };
  const sendChange = async (
    who: Who,
    verb: ChangeKind,
    target: Target,
    breakGlass = false,
    numberId = numbers[target].id,
  ): Promise<void> => {
    const { agent, name } = numbers[target];
    const number = {
      connectionId: connectionOf(target),
      numberId,
      seen: { agent, name, "field.provider": "ap_3vT8rLw5" },
    };
    const wanted = { agent: dispatch, name: "Renamed", provider: "ap_9dK2mQx7", reason: "tried" };
    const metadata = { ...formState(verb, number), breakGlass };
    await send(who, verb, metadata, { number: `${connectionOf(target)}/${numberId}`, ...wanted });
  };
  return {
    harness: harness,
    connectionOf,
    keyOf,
    nameOf: (target) => numbers[target].name,
    agentOf: (target) => numbers[target].agent,
    reset: async () => resetEverything(harness, ours),
    poster: async (actionId, value) =>
      post({ type: "button", action_id: actionId, value, text: { type: "plain_text", text: "Try" } }),
    menuPoster: async (value) => {
      const text = { type: "plain_text", text: "Try" };
      const options = [
        { text, value },
        { text, value: "show none" },
      ];
      return post({ type: "overflow", action_id: "more", options });
    },
    send,
    sendCrafted,
    sendChange,
    sendUpperCase: async (who, target) => {
      harness.vendors.cartesia.fault({ kind: "fold-ids" });
      await sendChange(who, "reassign", target, true, numbers[target].id.toUpperCase());
    },
    changeAs: async (actor, verb, target) => {
      const { id, agent, name } = numbers[target];
      try {
        await changeNumber(harness.infra.contextFor(alpha.teamId, actor), {
          key: { connectionId: connectionOf(target), numberId: id },
          change: changes[verb],
          seen: { agent, name, "field.provider": "ap_3vT8rLw5" },
        });
      } catch (error) {
        if (!isProblem(error)) throw error;
      }
    },
    approval: async () => {
      const before = done;
      const [newest] = await store.audit.entries({ limit: 1 });
      await sendChange("operator", "reassign", "protected");
      // Another request may be finished in the meantime, so the entry counts.
      let approval: string | undefined;
      await until("the request for approval", async () => {
        // Many: expiries that are refused meanwhile write entries of their own.
        const latest = await store.audit.entries({ limit: 500 });
        const fresh = latest.filter(({ sequence }) => sequence > (newest?.sequence ?? 0));
        approval = fresh.find(({ kind }) => kind === "approval.requested")?.details?.["approval"];
        return approval !== undefined && done > before;
      });
      return approval ?? "";
    },
    ...madeForTries(harness, connectionOf),
    spare: async () => {
      const { id } = await harness.connect("cartesia", alpha.teamId, harness.infra.newId("spare"));
      return id;
    },
    minuteLater: () => {
      ahead += 61_000;
    },
    finished: () => done,
    close: async () => harness.close(),
  };
}
