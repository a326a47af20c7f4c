import type { Harness } from "../../../src/demo/harness.ts";
import type { ChangeKind } from "../../../src/domain/numbers/change.ts";
import { formState } from "../../support/forged-requests.ts";
import { alpha, bea, bravo, startNeighbours } from "../../support/neighbours.ts";
import { person } from "../../support/screen.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import type { WorkspaceStore } from "../../../src/domain/ports/store.ts";

/** Bravo's admin Bea beside Alpha, and what she may try to get of it. */
export interface BesideAlpha {
  readonly harness: Harness;
  beaAtHome(): SlackPerson;
  incidentsOf(workspaceId: string): WorkspaceStore["incidents"];
  /** Starts Alpha's incident INC-ALPHA1. */
  startIncident(): Promise<void>;
  /** Alpha's connection. */
  connectionId(): string;
  /** Alpha's number Roadside, as a form names it. */
  roadsideKey(): string;
  changeOfAlpha(): Promise<string>;
  /** What a form of a change of Roadside carries. */
  metadata(verb: ChangeKind): ReturnType<typeof formState>;
}

export async function startBesideAlpha(): Promise<BesideAlpha> {
  const harness = await startNeighbours();
  const connectionId = (): string => harness.connections.cartesia?.id ?? "";
  const incidentsOf = (workspaceId: string) => harness.infra.store.workspace(workspaceId).incidents;
  return {
    harness,
    beaAtHome: () => person(harness, bea.userId, bravo.teamId),
    incidentsOf,
    startIncident: async () => {
      const startedBy = { kind: "cli", osUser: "test" } as const;
      await incidentsOf(alpha.teamId).start(
        {
          key: "INC-ALPHA1",
          title: "alpha nonsense",
          channelId: "C0INCID01",
          startedBy,
          startedAt: new Date(0).toISOString(),
        },
        { kind: "incident.started", actor: startedBy, requestId: "req_test" },
      );
    },
    connectionId,
    roadsideKey: () => `${connectionId()}/pn_B6d1Vz5H`,
    changeOfAlpha: async () => {
      const made = (await harness.audit(alpha.teamId)).find(({ kind }) => kind === "change.requested");
      return made?.changeId ?? "";
    },
    metadata: (verb) => {
      const seen = { agent: "agent_7hN4pZc2", name: "Roadside", "field.provider": "ap_3vT8rLw5" };
      return formState(verb, { connectionId: connectionId(), numberId: "pn_B6d1Vz5H", seen });
    },
  };
}
