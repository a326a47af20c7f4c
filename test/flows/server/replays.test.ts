import { afterAll, beforeAll, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { Actor } from "../../../src/domain/shared/actor.ts";
import { incidents, teamId } from "../../support/fixtures.ts";
import { press, type Crafted } from "../../support/forged-requests.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, toldAlone } from "../../support/screen.ts";
import { showTopic } from "../installation/settings-topics.ts";

const admin = { userId: "U0ADMIN01", teamId };
const cli: Actor = { kind: "cli", osUser: "test" };

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ connected: ["cartesia"], environment: { LOG_LEVEL: "silent" } });
});
afterAll(async () => {
  await harness.close();
});

const workspace = () => harness.infra.store.workspace(teamId);
const event = () => ({ actor: cli, requestId: harness.infra.newId("req"), outcome: "applied" }) as const;
const connectionId = (): string => harness.connections.cartesia?.id ?? "";
const at = new Date(0).toISOString();

const frozen = async (): Promise<void> => {
  const freeze = { title: "all numbers", by: cli, reason: "it thaws", at };
  await workspace().freezes.set(freeze, { ...event(), kind: "freeze.set" });
};
const thawed = async (): Promise<void> => {
  for (const freeze of await workspace().freezes.list())
    await workspace().freezes.remove(freeze, { ...event(), kind: "freeze.lifted" });
};
const guarded = async (): Promise<void> => {
  const scope = { connectionId: connectionId(), title: "all numbers of cartesia demo", at };
  await unguarded();
  await workspace().protections.set({ ...scope, approvals: 1 }, { ...event(), kind: "protection.set" });
};
const unguarded = async (): Promise<void> => {
  for (const one of await workspace().protections.list())
    await workspace().protections.remove(one, { ...event(), kind: "protection.lifted" });
};
const noIncident = async (): Promise<void> => {
  for (const { key } of await workspace().incidents.open()) {
    const by = { actor: cli, at };
    await workspace().incidents.end(key, by, { ...event(), kind: "incident.ended" });
  }
};
const anIncident = async (): Promise<void> => {
  await noIncident();
  const key = harness.infra.newId("inc").toUpperCase();
  const incident = { key, title: undefined, channelId: incidents, startedBy: cli, startedAt: at };
  await workspace().incidents.start(incident, { ...event(), kind: "incident.started" });
};

/** The body of a request for a slash command, and of one for anything else. */
const typed = (text: string): string =>
  new URLSearchParams({
    command: "/number",
    text,
    team_id: teamId,
    user_id: admin.userId,
    channel_id: incidents,
    trigger_id: harness.infra.newId("trigger"),
  }).toString();
const sent = (payload: Crafted): string =>
  new URLSearchParams({ payload: JSON.stringify(payload) }).toString();

interface Act {
  readonly name: string;
  /** What has to be so for the request to do something, each time. */
  readonly prepare: () => Promise<void>;
  readonly body: () => string;
  readonly done: string;
}

const acts: readonly Act[] = [
  {
    name: "freeze",
    prepare: thawed,
    body: () => typed("freeze Roadside because we move"),
    done: "freeze.set",
  },
  { name: "unfreeze", prepare: frozen, body: () => typed("unfreeze all"), done: "freeze.lifted" },
  {
    name: "the button Unfreeze",
    prepare: frozen,
    body: () => sent(press(admin, "unfreeze", "/")),
    done: "freeze.lifted",
  },
  {
    name: "protect",
    prepare: unguarded,
    body: () => typed("protect connection cartesia demo"),
    done: "protection.set",
  },
  {
    name: "unprotect",
    prepare: guarded,
    body: () => typed("unprotect connection cartesia demo"),
    done: "protection.lifted",
  },
  {
    name: "the button Unprotect",
    prepare: guarded,
    body: () => sent(press(admin, "unprotect", `${connectionId()}/`)),
    done: "protection.lifted",
  },
  { name: "incident end", prepare: anIncident, body: () => typed("incident end"), done: "incident.ended" },
  {
    name: "the button End incident",
    prepare: anIncident,
    body: () => sent({ ...press(admin, "incident:end", ""), channel: { id: incidents } }),
    done: "incident.ended",
  },
  {
    name: "the button Test of a connection",
    prepare: async () => undefined,
    body: () => sent(press(admin, "test", connectionId())),
    done: "connection.tested",
  },
];

// A8
it.each(acts)("handles $name once if its request is replayed byte for byte", async (act) => {
  await act.prepare();
  const body = act.body();
  const timestamp = Math.floor(Date.now() / 1000);
  const count = async (): Promise<number> =>
    (await harness.audit()).filter(({ kind, actor }) => kind === act.done && actor.kind === "user").length;
  const before = await count();
  expect((await harness.slack.rawRequest(body, { timestamp })).status).toBe(200);
  await harness.slack.eventually(act.done, async () => ((await count()) > before ? true : undefined));
  await act.prepare();
  const entries = (await harness.audit()).length;
  expect((await harness.slack.rawRequest(body, { timestamp })).status).toBe(200);
  const refusal = await harness.slack.eventually("a refusal", async () => (await harness.audit())[entries]);
  expect(refusal).toMatchObject({ kind: "action.refused", problem: { code: "already_requested" } });
  expect(await count()).toBe(before + 1);
});

// A8
it("handles a saved settings form once, even after a restart", async () => {
  const ada = person(harness, admin.userId);
  await ada.command("settings", { channelId: incidents });
  await formSays(harness, ada, "Admins by name");
  await showTopic(harness, ada, "reasons");
  await ada.choose("reason_required", { text: "yes", value: "yes" });
  const { delivery } = await ada.submit();
  await onRecord(harness, { kind: "settings.changed", userId: admin.userId });
  await harness.stopApp();
  await harness.startApp();
  const entries = (await harness.audit()).length;
  await harness.slack.redeliver(delivery);
  const refusal = await harness.slack.eventually("a refusal", async () => (await harness.audit())[entries]);
  expect(refusal.problem?.code).toBe("already_requested");
});

// A8
it("claims a request without an id from Slack by its whole content", async () => {
  await frozen();
  const body = new URLSearchParams({
    command: "/number",
    text: "unfreeze all",
    team_id: teamId,
    user_id: admin.userId,
    channel_id: incidents,
  }).toString();
  const lifted = async (): Promise<number> =>
    (await harness.audit()).filter(({ kind, actor }) => kind === "freeze.lifted" && actor.kind === "user")
      .length;
  const before = await lifted();
  await harness.slack.rawRequest(body);
  await harness.slack.eventually("it lifted", async () => ((await lifted()) > before ? true : undefined));
  await frozen();
  const entries = (await harness.audit()).length;
  await harness.slack.rawRequest(body);
  await harness.slack.eventually("a refusal", async () => (await harness.audit())[entries]);
  expect(await lifted()).toBe(before + 1);
});

// A8
it("treats two clicks on one button as two requests, and repeats read-only ones", async () => {
  const omar = person(harness, "U0OPER001");
  const first = await omar.command("list", { channelId: incidents });
  await toldAlone(harness, "U0OPER001", "numbers");
  const shown = harness.slack.ephemerals("U0OPER001").length;
  await harness.slack.redeliver(first);
  await harness.slack.eventually("the list again", () =>
    harness.slack.ephemerals("U0OPER001").length > shown ? true : undefined,
  );
  await frozen();
  await harness.slack.rawRequest(sent(press(admin, "unfreeze", "/")));
  await harness.slack.eventually("it lifted", async () =>
    (await workspace().freezes.list()).length === 0 ? true : undefined,
  );
  await frozen();
  await harness.slack.rawRequest(sent(press(admin, "unfreeze", "/")));
  await harness.slack.eventually("it lifted again", async () =>
    (await workspace().freezes.list()).length === 0 ? true : undefined,
  );
  expect((await harness.audit()).filter(({ kind }) => kind === "freeze.lifted").length).toBeGreaterThan(1);
});

// A8
it("tells the person that nothing was done twice", async () => {
  await frozen();
  const ada = person(harness, admin.userId);
  const first = await ada.command("unfreeze all", { channelId: incidents });
  await harness.slack.eventually("it lifted", async () =>
    (await workspace().freezes.list()).length === 0 ? true : undefined,
  );
  await frozen();
  await harness.slack.redeliver(first);
  await toldAlone(harness, admin.userId, "It was not done twice");
  expect(await workspace().freezes.list()).toHaveLength(1);
});
