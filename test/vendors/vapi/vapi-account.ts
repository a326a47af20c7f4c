import { vapi } from "../../../src/vendors/adapters/vapi.ts";
import type { NumberSeed } from "../../../src/sandbox/vendors/index.ts";
import { openedSandbox } from "../opened.ts";

/** An id as Vapi writes it. */
export const uuid = (kind: number, n: number): string =>
  `3c90c3cc-0d44-4b50-8${String(kind).padStart(3, "0")}-${String(n).padStart(12, "0")}`;

/** The id of an assistant. */
export const agent = (n: number): string => uuid(1, n);

/** The id of a number. */
export const number = (n: number): string => uuid(2, n);

/** The id of the one squad. */
export const squad = `squad:${uuid(3, 1)}`;

/** The id of the one workflow. */
export const workflow = `workflow:${uuid(4, 1)}`;

/** An account with two assistants, a squad, a workflow and these numbers. */
export const opened = async (...numbers: readonly Partial<NumberSeed>[]) =>
  openedSandbox(vapi, {
    agents: [
      { id: agent(1), name: "Box office" },
      { id: agent(2), name: "Group sales" },
      { id: squad, name: "Premiere squad" },
      { id: workflow, name: "Old flow" },
    ],
    numbers: numbers.map((seed, at) => ({
      id: number(at + 1),
      e164: `+1602555010${at}`,
      agentId: null,
      ...seed,
    })),
  });
