import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { Rule } from "../../../src/domain/failover/rules.ts";
import { assistance, cli, dispatch, operator, roadside, teamId } from "../fixtures.ts";
import { formState, sendInteraction, submission } from "../forged-requests.ts";
import type { WorkspaceStore } from "../../../src/domain/ports/store.ts";

export const fleetDesk = "pn_H3k7Ry4N";
/** What the rule is called. */
export const title = "Emergency lines";

/** A rule's demand, and the agent of Roadside that breaks it. */
export interface Kind {
  readonly demand: Rule["demand"];
  readonly broken: string | null;
}

/** Both numbers are with Roadside assistance while such a rule is kept. */
export const kinds = {
  "at least N keep an agent": { demand: { kind: "keep_agent", atLeast: 2 }, broken: null },
  "at least N stay on an agent": {
    demand: { kind: "stay_on", atLeast: 2, agentId: assistance, agentName: "Roadside assistance" },
    broken: dispatch,
  },
  "at most N on an agent": {
    demand: { kind: "at_most", atMost: { numbers: 0 }, agentId: dispatch, agentName: "Dispatch" },
    broken: dispatch,
  },
} as const satisfies Readonly<Record<string, Kind>>;

/** The demo's Cartesia account, and a rule that people set after what breaks it. */
export interface RuleHarness {
  readonly harness: Harness;
  pass(ms: number): void;
  connectionId(): string;
  rules(): WorkspaceStore["rules"];
  /** How many updates the vendor has got. */
  patches(): number;
  requestId(): string;
  /** Sets the rule for Roadside and the fleet desk. */
  setRule(kind: Kind): Promise<void>;
  closeGate(): Promise<void>;
  /** Sends the form of a change that breaks the rule, whatever any screen shows. */
  sendForm(kind: Kind, breakGlass?: boolean): Promise<void>;
}

/** Starts it, to be closed by the caller. */
export async function startRules(): Promise<RuleHarness> {
  let passedMs = 0;
  const harness = await startHarness({
    connected: ["cartesia"],
    timedEveryMs: 10,
    outboxEveryMs: 20,
    runsEveryMs: 20,
    now: () => new Date(Date.now() + passedMs),
    pause: async () => undefined,
    environment: { LOG_LEVEL: "silent" },
  });
  const connectionId = (): string => harness.connections.cartesia?.id ?? "";
  const rules = () => harness.infra.store.workspace(teamId).rules;
  const requestId = (): string => harness.infra.newId("req");
  return {
    harness,
    pass: (ms) => {
      passedMs += ms;
    },
    connectionId,
    rules,
    patches: () => harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length,
    requestId,
    setRule: async ({ demand }) => {
      const scopes = [roadside, fleetDesk].map((numberId) => ({ connectionId: connectionId(), numberId }));
      const rule = { id: "rul_1", title, scopes, demand };
      const details = { rule: rule.id, title, demand: "" };
      await rules().set(rule, { kind: "rule.set", actor: cli, requestId: requestId(), details });
    },
    closeGate: async () =>
      rules().closeGate(
        { by: cli, reason: "it migrates", at: new Date(0).toISOString() },
        { kind: "gate.closed", actor: cli, requestId: requestId(), details: { gate: "automation" } },
      ),
    sendForm: async ({ broken }, breakGlass = false) => {
      const verb = broken === null ? "detach" : "reassign";
      const number = { connectionId: connectionId(), numberId: roadside, seen: { agent: assistance } };
      const values = { number: `${connectionId()}/${roadside}`, agent: dispatch, reason: "it loops" };
      const metadata = { ...formState(verb, number), breakGlass };
      await sendInteraction(
        harness,
        submission({ userId: operator, teamId }, { callbackId: verb, metadata, values }),
      );
    },
  };
}
