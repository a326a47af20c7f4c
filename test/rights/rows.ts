import { changeKinds, type ChangeKind } from "../../src/domain/numbers/change.ts";
import { defaultStopRule, type Plan } from "../../src/domain/failover/plan.ts";
import { cli, voiceOps } from "../support/fixtures.ts";
import { commandBody, suggestion } from "../support/forged-requests.ts";
import { alpha } from "../support/neighbours.ts";
import type { MatrixHarness, Target } from "./matrix-harness.ts";
import { ids, roles, type Who } from "./people.ts";

/** Where something is asked for. */
export type Surface = "command" | "button" | "form" | "shortcut" | "menu" | "shell" | "job";

/**
 * What is expected: the kinds of the audit entries that come of it, `kind/code` where it is a refusal, in order; `shown`
 * where nothing is to be written down.
 */
export type Answer = string;

/** One verb on one surface and target: what those who may get, and what all others get. */
export interface Row {
  readonly verb: string;
  readonly surface: Surface;
  readonly target: Target;
  /** The button that is pressed, if it is one. */
  readonly actionId?: string;
  readonly may: readonly Who[];
  readonly yes: Answer;
  readonly no: Answer;
  /** What single roles get in place of both. */
  readonly but?: Readonly<Partial<Record<Who, Answer>>> | undefined;
  /** Makes what it takes before the act; its entries are not counted. Gives what the act needs to know. */
  prepare?(matrix: MatrixHarness): Promise<string>;
  act(matrix: MatrixHarness, who: Who, prepared: string): Promise<unknown>;
}

const admins = ["admin"] as const;
const operators = ["admin", "operator"] as const;
const anyOperator = [...operators, "narrowed"] as const;
const approvers = ["admin", "approver"] as const;
const members = ["admin", "operator", "narrowed", "approver", "viewer"] as const;

const refusedAct = "action.refused/not_allowed";
const refusedChange = "change.refused/not_allowed";
const made = "change.requested change.outcome";

type Rest = Pick<Row, "may" | "yes" | "no"> & Partial<Pick<Row, "prepare">>;

const keyboard = (matrix: MatrixHarness, who: Who) => matrix.harness.slack.as(alpha.teamId, ids[who]);

const typed = (verb: string, line: string, rest: Rest, target: Target = "own"): Row => ({
  verb,
  surface: "command",
  target,
  ...rest,
  act: async (matrix, who) =>
    keyboard(matrix, who).command(line.replace("%", matrix.nameOf(target)), { channelId: voiceOps }),
});

const pressed = (
  verb: string,
  actionId: string,
  value: (matrix: MatrixHarness, prepared: string) => string,
  rest: Rest,
  target: Target = "own",
): Row => ({
  verb,
  surface: "button",
  actionId,
  target,
  ...rest,
  act: async (matrix, who, prepared) => {
    const message = await matrix.poster(actionId, value(matrix, prepared));
    await keyboard(matrix, who).click(actionId, { in: message });
  },
});

/** The same by an entry of an overflow menu. */
const chosen = (
  verb: string,
  option: (matrix: MatrixHarness, prepared: string) => string,
  rest: Rest,
  target: Target = "own",
): Row => ({
  verb,
  surface: "menu",
  target,
  ...rest,
  act: async (matrix, who, prepared) => {
    const value = option(matrix, prepared);
    const message = await matrix.menuPoster(value);
    await keyboard(matrix, who).choose("more", { text: "Try", value }, { in: message });
  },
});

/** A button that is its own verb. */
function button(
  actionId: string,
  value: (matrix: MatrixHarness, prepared: string) => string,
  rest: Rest,
): Row {
  return pressed(actionId, actionId, value, rest);
}

/** A form of a verb in which nothing is filled in. */
function draftOf(verb: ChangeKind): string {
  return JSON.stringify({ verb, wish: {} });
}

const sent = (
  verb: string,
  send: (matrix: MatrixHarness, who: Who, prepared: string) => Promise<void>,
  rest: Rest,
  target: Target = "own",
): Row => ({ verb, surface: "form", target, ...rest, act: send });

const shown = (may: readonly Who[], no: Answer = refusedAct): Rest => ({ may, yes: "shown", no });

const reading: readonly Row[] = [
  typed("help", "help", shown(members, "shown")),
  typed("list", "list", shown(members)),
  typed("status", "status", shown(members)),
  typed("show", "show %", shown(members)),
  // By name there is none such here: nothing is asked of anybody else's vendor.
  typed("show", "show %", shown(members), "foreign"),
  typed("history", "history", shown(members)),
  ...(["own", "foreign"] as const).map((target) =>
    pressed("show", "show", (matrix) => matrix.keyOf(target), shown(members), target),
  ),
  ...(["own", "foreign"] as const).map((target) =>
    pressed("history", "history", (matrix) => matrix.keyOf(target), shown(members), target),
  ),
  ...(["own", "foreign"] as const).flatMap((target) => [
    chosen("show", (matrix) => `show ${matrix.keyOf(target)}`, shown(members), target),
    chosen("history", (matrix) => `history ${matrix.keyOf(target)}`, shown(members), target),
  ]),
  pressed("list", "list:all", () => '{"text":"","page":0}', shown(members)),
  pressed("list", "list:filter", () => "frozen", shown(members)),
  {
    verb: "list",
    surface: "menu",
    target: "own",
    ...shown(members),
    act: async (matrix, who) =>
      matrix.sendCrafted(suggestion({ userId: ids[who], teamId: teamOf(who) }, "number", { from: {} })),
  },
  {
    verb: "show",
    surface: "shortcut",
    target: "own",
    ...shown(members),
    act: async (matrix, who) =>
      keyboard(matrix, who).messageShortcut("numbers_in_message", {
        channelId: voiceOps,
        ts: "1.1",
        text: "call +12145550152",
      }),
  },
];

const lineOf: Readonly<Record<ChangeKind, string>> = {
  reassign: "reassign % to Dispatch",
  detach: "detach %",
  rename: 'rename % to "Other"',
  edit: "edit %",
};

const changing: readonly Row[] = changeKinds.flatMap((verb) => {
  const form = (target: Target, yes: Answer): Row =>
    sent(
      verb,
      async (matrix, who) => matrix.sendChange(who, verb, target),
      { may: operators, yes, no: refusedChange },
      target,
    );
  return [
    typed(verb, lineOf[verb], shown(operators)),
    pressed(verb, verb, (matrix) => matrix.keyOf("own"), shown(operators)),
    pressed(verb, verb, (matrix) => matrix.keyOf("foreign"), shown(anyOperator), "foreign"),
    chosen(verb, (matrix) => `${verb} ${matrix.keyOf("own")}`, shown(operators)),
    chosen(verb, (matrix) => `${verb} ${matrix.keyOf("foreign")}`, shown(anyOperator), "foreign"),
    form("own", made),
    form("protected", "approval.requested"),
    form("frozen", "change.refused/frozen"),
    {
      ...form("foreign", "change.refused/not_found"),
      // Of a connection that is not here nobody is narrowed out.
      may: anyOperator,
    },
  ];
});

const glass = (target: Target, may: readonly Who[], yes: Answer, but?: Row["but"]): Row => ({
  ...sent(
    "break glass",
    async (matrix, who) => matrix.sendChange(who, "reassign", target, true),
    { may, yes, no: refusedChange },
    target,
  ),
  but,
});

const controlling: readonly Row[] = [
  {
    verb: "reassign",
    surface: "shortcut",
    target: "own",
    ...shown(anyOperator),
    act: async (matrix, who) => keyboard(matrix, who).globalShortcut("reassign_number"),
  },
  glass("protected", operators, made),
  glass("frozen", admins, made, { operator: "change.refused/frozen" }),
  glass("foreign", anyOperator, "change.refused/not_found"),
  typed("freeze", "freeze % because tried", { may: operators, yes: "freeze.set", no: refusedAct }),
  typed("freeze all", "freeze all because tried", { may: operators, yes: "shown", no: refusedAct }),
  pressed("freeze all", "freeze_all", () => '{"reason":"tried"}', {
    may: operators,
    yes: "freeze.set",
    no: refusedAct,
  }),
  chosen("freeze all", () => 'freeze_all {"reason":"tried"}', {
    may: operators,
    yes: "freeze.set",
    no: refusedAct,
  }),
  pressed(
    "unfreeze",
    "unfreeze",
    (matrix) => matrix.keyOf("frozen"),
    {
      may: admins,
      yes: "freeze.lifted",
      no: refusedAct,
    },
    "frozen",
  ),
  typed("unfreeze", "unfreeze %", { may: admins, yes: "freeze.lifted", no: refusedAct }, "frozen"),
  typed("protect", "protect %", { may: admins, yes: "protection.set", no: refusedAct }),
  typed("unprotect", "unprotect %", { may: admins, yes: "protection.lifted", no: refusedAct }, "protected"),
  pressed(
    "unprotect",
    "unprotect",
    (matrix) => matrix.keyOf("protected"),
    {
      may: admins,
      yes: "protection.lifted",
      no: refusedAct,
    },
    "protected",
  ),
  pressed(
    "approve",
    "approve",
    (_matrix, approval) => approval,
    {
      may: approvers,
      yes: `approval.approved ${made}`,
      no: refusedAct,
      prepare: async (matrix) => matrix.approval(),
    },
    "protected",
  ),
  sent(
    "decline",
    async (matrix, who, approvalId) => matrix.send(who, "decline", { approvalId }),
    {
      may: approvers,
      yes: "approval.declined",
      no: refusedAct,
      prepare: async (matrix) => matrix.approval(),
    },
    "protected",
  ),
  pressed(
    "withdraw",
    "withdraw",
    (_matrix, approval) => approval,
    {
      may: ["operator"],
      yes: "approval.withdrawn",
      no: refusedAct,
      prepare: async (matrix) => matrix.approval(),
    },
    "protected",
  ),
  typed("reviews", "reviews", shown(admins)),
];

const aRule = { id: "rul_tried", title: "Tried", demand: "at least 1 keep an agent" };
const ruleEntry = { actor: cli, requestId: "req_tried" } as const;

/** Stores the one rule of a cell. */
async function ruleIn({ harness, connectionOf }: MatrixHarness): Promise<string> {
  const { rules } = harness.infra.store.workspace(alpha.teamId);
  const details = { rule: aRule.id, title: aRule.title, demand: aRule.demand };
  await rules.remove(aRule.id, { ...ruleEntry, kind: "rule.removed", details });
  const scopes = [{ connectionId: connectionOf("own") }];
  const { id, title } = aRule;
  const rule = { id, title, scopes, demand: { kind: "keep_agent", atLeast: 1 } } as const;
  await rules.set(rule, { ...ruleEntry, kind: "rule.set", details });
  return id;
}

/** Turns automation on or off. */
async function gateIs(isClosed: boolean, { harness }: MatrixHarness): Promise<string> {
  const { rules } = harness.infra.store.workspace(alpha.teamId);
  const entry = { actor: cli, requestId: "req_tried", details: { gate: "automation" } };
  if ((await rules.closedGate()) !== undefined) await rules.openGate({ ...entry, kind: "gate.opened" });
  const gate = { by: cli, reason: "tried", at: new Date(0).toISOString() };
  if (isClosed) await rules.closeGate(gate, { ...entry, kind: "gate.closed" });
  return "";
}

/** Stores the one plan of a cell, as a new revision. */
async function planIn({ harness, connectionOf }: MatrixHarness): Promise<string> {
  const change = { kind: "reassign", agentId: "agent_2mB6tYf1" } as const;
  const own = [{ connectionId: connectionOf("own"), numberId: "pn_B6d1Vz5H", change }];
  const plan: Plan = {
    slug: "tried",
    title: "Tried",
    when: undefined,
    owner: undefined,
    defaultForMs: 3_600_000,
    atEnd: "remind",
    stop: defaultStopRule,
    selectors: [],
    tiers: [{ name: "all", askBeforeNext: false, members: own }],
  };
  const { plans } = harness.infra.store.workspace(alpha.teamId);
  return String((await plans.save(plan, { actor: cli, requestId: "req_tried" })).revision);
}

const failingOver: readonly Row[] = [
  typed("failover", "failover", shown(members)),
  { ...typed("failover new", "failover new", shown(admins)) },
  typed("failover plan", "failover tried because tried", { ...shown(anyOperator), prepare: planIn }),
  typed("failover practice", "failover tried practice because tried", {
    ...shown(anyOperator),
    prepare: planIn,
  }),
  button("failover:preview", () => JSON.stringify({ slug: "tried" }), {
    ...shown(anyOperator),
    prepare: planIn,
  }),
  typed("failover drill", "failover tried drill", {
    may: anyOperator,
    yes: "failover.drilled",
    no: refusedAct,
    prepare: planIn,
  }),
  button("failover:drill", () => "tried", {
    may: anyOperator,
    yes: "failover.drilled",
    no: refusedAct,
    prepare: planIn,
  }),
  ...["pause", "resume", "stop", "back"].map((word) =>
    typed(`failover ${word}`, `failover tried ${word}`, {
      may: anyOperator,
      yes: "shown",
      no: refusedAct,
      prepare: planIn,
    }),
  ),
  button("run:back", (_matrix, id) => id, {
    may: anyOperator,
    yes: "shown",
    no: refusedAct,
    prepare: async (matrix) => matrix.failover("operator", Number(await planIn(matrix))),
  }),
  sent("failover back", async (matrix, who, id) => matrix.send(who, "fail_back", { from: {}, runId: id }), {
    may: anyOperator,
    yes: "action.refused/not_found",
    no: refusedAct,
    prepare: async (matrix) => matrix.failover("operator", Number(await planIn(matrix))),
  }),
  button("plan:new", () => "new", shown(admins)),
  button("plan:edit", () => "tried", { ...shown(admins), prepare: planIn }),
  button("plan:remove", () => "tried", { ...shown(admins), prepare: planIn }),
  button(
    "plan:removed",
    (_matrix, revision) => JSON.stringify({ slug: "tried", revision: Number(revision) }),
    {
      may: admins,
      yes: "plan.removed",
      no: refusedAct,
      prepare: planIn,
    },
  ),
  button("plan:kept", () => "keep", shown(members, "shown")),
  sent(
    "failover plan",
    async (matrix, who, revision) => {
      const form = { from: {}, slug: "tried", revision: Number(revision) };
      await matrix.send(who, "plan", form, { title: "Tried again", default_for: "2h" });
    },
    { may: admins, yes: "plan.saved", no: refusedAct, prepare: planIn },
  ),
  sent(
    "failover",
    async (matrix, who, revision) =>
      matrix.send(who, "failover", {
        from: {},
        runId: await matrix.failover(who, Number(revision)),
        asked: { slug: "tried" },
      }),
    { may: anyOperator, yes: "action.refused/nothing_to_change", no: refusedAct, prepare: planIn },
  ),
];

const ruling: readonly Row[] = [
  typed("rules", "rules", shown(members)),
  typed("gate", "gate", shown(members)),
  typed("gate automation off", "gate automation off because tried", {
    may: operators,
    yes: "gate.closed",
    no: refusedAct,
    prepare: async (matrix) => gateIs(false, matrix),
  }),
  typed("gate automation on", "gate automation on because tried", {
    may: admins,
    yes: "gate.opened",
    no: refusedAct,
    prepare: async (matrix) => gateIs(true, matrix),
  }),
  button("rule:new", () => "new", shown(admins)),
  button("rule:remove", (_matrix, id) => id, {
    may: admins,
    yes: "rule.removed",
    no: refusedAct,
    prepare: ruleIn,
  }),
  button("rule:override", (_matrix, id) => id, { ...shown(anyOperator), prepare: ruleIn }),
  sent(
    "rules",
    async (matrix, who) => {
      const values = { kind: "keep_agent", title: matrix.harness.infra.newId("rule"), count: "1" };
      await matrix.send(who, "rule", { from: {} }, { ...values, numbers: matrix.nameOf("own") });
    },
    { may: admins, yes: "rule.set", no: refusedAct },
  ),
  sent(
    "override rules",
    async (matrix, who, id) => matrix.send(who, "override", { from: {}, ruleIds: [id] }, { reason: "tried" }),
    { may: anyOperator, yes: "rule.overridden", no: refusedAct, prepare: ruleIn },
  ),
];

const connecting: readonly Row[] = [
  typed("connect", "connect", shown(admins)),
  typed("connections", "connections", shown(admins)),
  typed("settings", "settings", shown(admins)),
  pressed("test", "test", (matrix) => matrix.connectionOf("own"), {
    may: admins,
    yes: "connection.tested",
    no: refusedAct,
  }),
  ...(["test", "replace_key", "operators", "disconnect"] as const).map((actionId) =>
    pressed(actionId, actionId, (matrix) => matrix.connectionOf("foreign"), shown(admins), "foreign"),
  ),
  pressed("replace_key", "replace_key", (matrix) => matrix.connectionOf("own"), shown(admins)),
  pressed("operators", "operators", (matrix) => matrix.connectionOf("own"), shown(admins)),
  pressed("disconnect", "disconnect", (_matrix, connectionId) => connectionId, {
    may: admins,
    yes: "connection.removed",
    no: refusedAct,
    prepare: async (matrix) => matrix.spare(),
  }),
  sent(
    "replace_key",
    async (matrix, who) =>
      matrix.send(
        who,
        "connect",
        { from: {}, connectionId: matrix.connectionOf("own"), vendor: "cartesia" },
        { api_key: "sk_car_of_somebody" },
      ),
    { may: admins, yes: "connection.replaced/credentials_rejected", no: refusedAct },
  ),
  ...(["own", "foreign"] as const).map((target) =>
    sent(
      "settings",
      async (matrix, who, revision) =>
        matrix.send(who, "settings", {
          from: {},
          revision: Number(revision),
          withGroups: true,
          connectionId: matrix.connectionOf(target),
        }),
      {
        may: admins,
        yes: target === "own" ? "settings.changed" : "shown",
        no: refusedAct,
        prepare: async ({ harness }) =>
          String((await harness.infra.store.workspace(alpha.teamId).settings.readNow()).revision),
      },
      target,
    ),
  ),
];

const undoing: readonly Row[] = (["own", "protected", "frozen", "foreign"] as const).flatMap(
  (target): Row[] => {
    const yes = {
      own: made,
      protected: "approval.requested",
      frozen: "change.refused/frozen",
      foreign: "action.refused/not_found",
    }[target];
    const may = target === "foreign" ? anyOperator : operators;
    const prepare = async (matrix: MatrixHarness) => matrix.made(target);
    const form = (verb: string, to: "before" | "made"): Row => ({
      ...sent(
        verb,
        async (matrix, who, changeId) => {
          const seen = { agent: matrix.agentOf(target) };
          await matrix.send(
            who,
            "restore",
            { changeId, to, from: {}, title: "It", seen },
            { reason: "tried" },
          );
        },
        {
          may,
          yes: to === "made" && target !== "foreign" ? "change.refused/nothing_to_change" : yes,
          no: refusedAct,
          prepare,
        },
        target,
      ),
      but: target === "foreign" ? undefined : { narrowed: refusedChange },
    });
    return [
      {
        ...typed("undo", "", { ...shown(may), prepare }, target),
        act: async (matrix, who, changeId) =>
          keyboard(matrix, who).command(`undo ${changeId}`, { channelId: voiceOps }),
      },
      pressed("undo", "undo", (_matrix, changeId) => changeId, { ...shown(may), prepare }, target),
      pressed(
        "revert anyway",
        "undo_anyway",
        (_matrix, changeId) => JSON.stringify({ changeId, to: "before", overNewer: true }),
        { ...shown(may), prepare },
        target,
      ),
      chosen("undo", (_matrix, changeId) => `undo ${changeId}`, { ...shown(may), prepare }, target),
      pressed("restore", "restore", (_matrix, changeId) => changeId, { ...shown(may), prepare }, target),
      form("undo", "before"),
      form("restore", "made"),
    ];
  },
);

const incidents: readonly Row[] = [
  {
    ...typed("incident start", "", { may: anyOperator, yes: "incident.started", no: refusedAct }),
    prepare: async (matrix) => `${await matrix.incident()}-NEW`,
    act: async (matrix, who, key) =>
      keyboard(matrix, who).command(`incident start ${key}`, { channelId: "C0INCID01" }),
  },
  ...(
    [
      ["incident", shown(members)],
      ["incident revert", shown(anyOperator)],
      ["incident end", { may: anyOperator, yes: "incident.ended", no: refusedAct }],
    ] as const
  ).map(([verb, rest]): Row => ({
    ...typed(verb, "", rest),
    prepare: async (matrix) => matrix.incident(),
    act: async (matrix, who, key) => keyboard(matrix, who).command(`${verb} ${key}`, { channelId: voiceOps }),
  })),
  sent(
    "incident revert",
    async (matrix, who) =>
      matrix.send(who, "revert_incident", { from: {}, revertId: await matrix.revert(who) }),
    {
      may: anyOperator,
      yes: "incident.reverted",
      no: refusedAct,
      prepare: async (matrix) => matrix.incident(),
    },
  ),
];

const decisionButtons: readonly Row[] = (
  [
    ["keep", "timed.kept"],
    ["extend", "timed.extended"],
    ["end", "timed.ended"],
  ] as const
).flatMap(([verb, kind]) =>
  (["own", "protected", "frozen", "foreign"] as const).map((target): Row => {
    const held = {
      own: kind,
      protected: `${kind}/approval_required`,
      frozen: `${kind}/frozen`,
      foreign: "shown",
    };
    const ends = (matrix: MatrixHarness) =>
      new Date(Math.floor(matrix.harness.infra.now().getTime() / 1000) * 1000 + 3_600_000);
    const yes = target === "foreign" || verb === "end" ? held[target] : kind;
    return {
      ...pressed(
        `${verb} timed`,
        `${verb}_change`,
        (_matrix, value) => value,
        {
          may: target === "foreign" ? anyOperator : operators,
          yes,
          no: refusedAct,
          prepare: async (matrix) => {
            const endsAt = ends(matrix);
            return JSON.stringify({ change: await matrix.made(target, endsAt), ends: endsAt.toISOString() });
          },
        },
        target,
      ),
      but: target === "foreign" ? undefined : { narrowed: `${kind}/not_allowed` },
    };
  }),
);

/** A number's id in upper case is another id, for whoever may change the number too. */
const upperCase: readonly Row[] = (["own", "protected", "frozen"] as const).map((target) =>
  sent(
    "reassign by another id",
    async (matrix, who) => matrix.sendUpperCase(who, target),
    { may: operators, yes: "change.refused/not_found", no: refusedChange },
    target,
  ),
);

/** A request that comes again, byte for byte, does nothing for anybody. */
const replayed: readonly Row[] = [
  {
    verb: "freeze, replayed",
    surface: "command",
    target: "own",
    may: operators,
    yes: "freeze.set action.refused/already_requested",
    no: `${refusedAct} action.refused/already_requested`,
    act: async (matrix, who) => {
      const line = commandBody(
        { userId: ids[who], teamId: alpha.teamId },
        "freeze Roadside because it comes again",
      );
      for (const time of ["first", "second"]) {
        const before = matrix.finished();
        await matrix.harness.slack.rawRequest(line);
        await matrix.harness.slack.eventually(`the end of the ${time}`, () =>
          matrix.finished() > before ? true : undefined,
        );
      }
    },
  },
];

/** What happens without a person: it is told apart by its target alone. */
const unattended: readonly Row[] = (
  [
    ["own", made],
    ["protected", "change.refused/approval_required"],
    ["frozen", "change.refused/frozen"],
    ["foreign", "change.refused/not_found"],
  ] as const
).flatMap(([target, yes]) =>
  (["shell", "job"] as const).map((surface): Row => ({
    verb: "reassign",
    surface,
    target,
    may: roles,
    yes,
    no: yes,
    act: async (matrix) => {
      const actor =
        surface === "shell"
          ? ({ kind: "cli", osUser: "root" } as const)
          : ({ kind: "system", job: "until" } as const);
      await matrix.changeAs(actor, "reassign", target);
    },
  })),
);

const noMore = "9999999";

/** The buttons that no row above presses: each is its own verb. */
const buttons: readonly Row[] = [
  button("run:0", () => "list", shown(members)),
  button("show:0", (matrix) => matrix.keyOf("own"), shown(members)),

  button("list:new", () => "all", shown(members)),
  button("list:next", () => '{"text":"","page":1}', shown(members)),
  button("list:previous", () => '{"text":"","page":0}', shown(members)),
  button("status", () => "0", shown(members)),
  button("status:again", (matrix) => matrix.connectionOf("own"), shown(members)),
  button("status:new", () => "now", shown(members)),
  button("history:0", (matrix) => matrix.keyOf("own"), shown(members)),
  button("history:older", () => `{"before":${noMore}}`, shown(members)),
  ...changeKinds.map((verb) => button(`open:${verb}`, () => draftOf(verb), shown(anyOperator))),
  button("open_form", () => draftOf("reassign"), shown(anyOperator)),
  button("open_form:0", () => draftOf("reassign"), shown(anyOperator)),
  button("undo_anyway", (_matrix, changeId) => changeId, {
    ...shown(operators),
    prepare: async (matrix) => matrix.made("own"),
  }),
  ...(
    [
      ["incident", shown(members)],
      ["incident:revert", shown(anyOperator)],
      ["incident:summary", shown(members)],
      ["incident:end", { may: anyOperator, yes: "incident.ended", no: refusedAct }],
    ] as const
  ).map(([actionId, rest]) =>
    button(actionId, (_matrix, key) => key, { ...rest, prepare: async (matrix) => matrix.incident() }),
  ),
  button("incident:older", (_matrix, key) => JSON.stringify({ key, before: Number(noMore) }), {
    ...shown(members),
    prepare: async (matrix) => matrix.incident(),
  }),
  ...(["newer", "older"] as const).map((way) =>
    button(`revert:page:${way}`, (_matrix, id) => JSON.stringify({ id, page: 0 }), {
      ...shown(members),
      prepare: async (matrix) => {
        await matrix.incident();
        return matrix.revert("operator");
      },
    }),
  ),
  ...(
    [
      ["pause", "paused", "running"],
      ["resume", "resumed", "paused"],
      ["without", "resumed", "paused"],
      ["stop", "stopped", "paused"],
    ] as const
  ).map(([verb, entry, state]) =>
    button(`run:${verb}`, (_matrix, id) => id, {
      may: anyOperator,
      yes: `failover.${entry}`,
      no: refusedAct,
      prepare: async (matrix) => {
        await matrix.incident();
        return matrix.begunRevert(state);
      },
    }),
  ),
  button("freeze_all:open", () => '{"reason":"tried"}', {
    may: operators,
    yes: "freeze.set",
    no: refusedAct,
  }),
  button("freeze_all:cancel", () => "cancel", shown(members, "shown")),
  button("decline", (_matrix, approval) => approval, {
    ...shown(approvers),
    prepare: async (matrix) => matrix.approval(),
  }),
  button("withdraw:0", (_matrix, approval) => approval, {
    may: ["operator"],
    yes: "approval.withdrawn",
    no: refusedAct,
    prepare: async (matrix) => matrix.approval(),
  }),
  button("reviews", () => "all", shown(admins)),
  button("reviewed", () => "chg_none", { may: admins, yes: "action.refused/not_found", no: refusedAct }),
  button("connect", () => "new", shown(admins)),
  button("settings", () => "open", shown(admins)),
  ...decisionButtons
    .filter(({ target }) => target === "own")
    .map(({ actionId = "", may, yes, no, but, prepare }): Row => ({
      ...button(`${actionId}:card`, (_matrix, value) => value, {
        may,
        yes,
        no,
        ...(prepare ? { prepare } : {}),
      }),
      but,
    })),
];

/** Menus and buttons inside a form: they only redraw it for the person who opened it. Its own rows try who may send it. */
export const insideForms: ReadonlySet<string> = new Set([
  "number",
  "pick:*",
  "agent",
  "ends",
  "ends_at",
  "restore_form",
  "break_glass",
  "break_glass:back",
  "vendor",
  "settings_topic",
]);

/** Everything that is tried. */
export const rows: readonly Row[] = [
  ...reading,
  ...changing,
  ...undoing,
  ...incidents,
  ...decisionButtons,
  ...controlling,
  ...upperCase,
  ...replayed,
  ...failingOver,
  ...ruling,
  ...connecting,
  ...unattended,
  ...buttons,
];

/** What somebody is to get. */
export function expected(row: Row, who: Who): Answer {
  if (!byNobody(row) && who === "stranger") {
    // Slack tells a click apart by who clicks, and a form by whose form it is: only the second reaches this workspace.
    return row.surface === "form" ? refusedAct : "shown";
  }
  return row.but?.[who] ?? (row.may.includes(who) ? row.yes : row.no);
}

/** Whether somebody can try it at all: people of other organizations have no slash commands and no shortcuts. */
export function canTry(row: Row, who: Who): boolean {
  if (byNobody(row)) return who === "admin";
  return who !== "stranger" || !["command", "shortcut"].includes(row.surface);
}

/** Whether it happens without a person. */
export function byNobody({ surface }: Row): boolean {
  return surface === "shell" || surface === "job";
}

function teamOf(who: Who): string {
  return who === "stranger" ? "T0ELSE001" : alpha.teamId;
}
