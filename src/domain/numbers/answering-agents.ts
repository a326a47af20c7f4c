import { z } from "zod";

/** An agent that answers a number, alone or with others. */
export interface AnsweringAgent {
  readonly id: string;
  /** The version, tag or branch that the number asks for, as the vendor writes it. Undefined if it names none. */
  readonly version?: string | number | undefined;
  /** Its part of the calls, from 0 to 1. Undefined if the vendor does not say which of several agents answers. */
  readonly share?: number | undefined;
}

const stored = z
  .array(
    z.object({
      agent: z.string().min(1),
      version: z.union([z.string(), z.number()]).optional(),
      share: z.number().optional(),
    }),
  )
  .min(1);

const begin = '[{"agent":';

/**
 * Who answers a number, as snapshots and changes name it: the id of a single agent, or a list in JSON if there are
 * several or one in a certain version. The order does not matter to callers, so the same agents give the same text.
 */
export function agentsText(agents: readonly AnsweringAgent[]): string {
  const [first] = agents;
  if (agents.length === 1 && first?.version === undefined && first?.share === 1) return first.id;
  const inOrder = agents
    .map(({ id, version, share }) => ({ agent: id, ...(version === undefined ? {} : { version }), share }))
    .toSorted(
      (a, b) => (b.share ?? 0) - (a.share ?? 0) || compareTexts(JSON.stringify(a), JSON.stringify(b)),
    );
  return JSON.stringify(inOrder);
}

/** The agents in such a text, those with the largest share first. */
export function agentsIn(text: string): readonly AnsweringAgent[] {
  const list = text.startsWith(begin) ? parsed(text) : undefined;
  return list?.map(({ agent, ...rest }) => ({ id: agent, ...rest })) ?? [{ id: text, share: 1 }];
}

/** Whether a text names several agents, and the vendor does not say which of them answers. */
export function isOneOfSeveral(text: string): boolean {
  const agents = agentsIn(text);
  return agents.length > 1 && agents.some(({ share }) => share === undefined);
}

/** The ids of the agents in such texts, each once. */
export function agentIdsIn(texts: Iterable<string | null | undefined>): Set<string> {
  return new Set([...texts].flatMap((text) => (text ? agentsIn(text).map(({ id }) => id) : [])));
}

/** The id of the only agent in such a text, in whatever version; undefined if there are several. */
export function onlyAgentIn(text: string): string | undefined {
  const [first, ...others] = agentsIn(text);
  return others.length === 0 ? first?.id : undefined;
}

/** How such a text is shown to people. */
export interface AgentWording {
  readonly nameOf: (agentId: string) => string;
  /** What the vendor calls a version; "version" unless given. */
  readonly versionWord?: string | undefined;
}

/** Such a text for people: the name of an agent, or of several with their shares; with the version, if there is one. */
export function formatAgents(text: string, { nameOf, versionWord = "version" }: AgentWording): string {
  return agentsIn(text)
    .map(({ id, version, share }) => {
      const inVersion = version === undefined ? "" : ` (${versionWord} ${version})`;
      const part = share === undefined || share === 1 ? "" : ` ${Math.round(share * 1000) / 10}%`;
      return `${nameOf(id)}${inVersion}${part}`;
    })
    .join(isOneOfSeveral(text) ? " or " : " + ");
}

/**
 * An agent that is to answer alone, in the version in which it answers now, if it does. Without it, the vendor may take
 * a version that nobody has tried.
 */
export function inVersionOf(agentId: string, now: string | null | undefined): string {
  const kept = agentsIn(now ?? "").find(({ id, version }) => id === agentId && version !== undefined);
  return kept ? agentsText([{ ...kept, share: 1 }]) : agentId;
}

/**
 * Whether the shown agents are the requested ones: with the same shares, and in those versions that were requested. For
 * an agent that was requested without a version, the vendor may name one, but not the branch or tag that another agent
 * had before: that was left behind.
 */
export function areRequested(requested: string, shown: string, before: string | null = null): boolean {
  if (requested === shown) return true;
  const left = [...agentsIn(shown)];
  const former = agentsIn(before ?? "");
  const isLeftBehind = ({ id, version }: AnsweringAgent): boolean =>
    isOwn(version) && former.some((one) => one.id !== id && one.version === version);
  // An agent without a version is found last: it may be any of those that are left.
  const wanted = agentsIn(requested).toSorted((a, b) => Number(!hasVersion(a)) - Number(!hasVersion(b)));
  const areThere = wanted.every(({ id, share, version }) => {
    const at = left.findIndex(
      (one) =>
        one.id === id &&
        one.share === share &&
        (version === undefined ? !isLeftBehind(one) : one.version === version),
    );
    return at >= 0 && left.splice(at, 1).length > 0;
  });
  return areThere && left.length === 0;
}

/** Whether a version is a branch or tag of one agent. Every agent has a version 3 and a latest one. */
const isOwn = (version: AnsweringAgent["version"]): boolean =>
  typeof version === "string" && !version.startsWith("latest");

const hasVersion = ({ version }: AnsweringAgent): boolean => version !== undefined;

const compareTexts = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

function parsed(text: string): z.output<typeof stored> | undefined {
  try {
    return stored.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
