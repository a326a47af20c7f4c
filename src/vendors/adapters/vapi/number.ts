import { z } from "zod";
import { agentsIn, agentsText } from "../../../domain/numbers/answering-agents.ts";
import type { AgentRef, PhoneNumber } from "../../../domain/numbers/phone-number.ts";
import { Problem } from "../../../domain/problem/problem.ts";
import type { PatchBody } from "../../../domain/vendor/vendor-account.ts";
import { factsOf, timeMsOf, type FactWords } from "../../facts.ts";
import { textOrNone } from "../../parse.ts";

const text = z.string().nullish();

const destination = z.object({ number: text, sipUri: text });
const action = z.object({
  type: z.string().catch("unknown"),
  destination: destination.nullish().catch(undefined),
});
const hook = z.object({
  on: z.string(),
  filters: z.array(z.unknown()).nullish(),
  // `call.ringing` has a list of actions, `call.ending` a single one.
  do: z.union([z.array(action), action.transform((one) => [one])]).nullish(),
});

/** What Patchbay reads of a number. Everything else is dropped, the secrets among it. */
const numberSchema = z.object({
  id: z.string().min(1),
  provider: text,
  number: text,
  sipUri: text,
  name: text,
  status: text,
  assistantId: text,
  squadId: text,
  workflowId: text,
  server: z.object({ url: text }).nullish(),
  fallbackDestination: destination.nullish(),
  hooks: z.array(hook).nullish(),
  createdAt: z.unknown().optional(),
  updatedAt: z.unknown().optional(),
});
type Seen = z.output<typeof numberSchema>;

/** Where Vapi keeps who answers, and how the ids of each kind begin in Patchbay. */
const answerers = { assistantId: "", squadId: "squad:", workflowId: "workflow:" } as const;
const answererFields = ["assistantId", "squadId", "workflowId"] as const;
type AnswererField = (typeof answererFields)[number];

/** The field of an agent's id, and the id as Vapi writes it. */
export function answererOf(agentId: string): { readonly field: AnswererField; readonly id: string } {
  const field = answererFields.findLast((each) => agentId.startsWith(answerers[each])) ?? "assistantId";
  return { field, id: agentId.slice(answerers[field].length) };
}

export const squadId = (id: string): string => `${answerers.squadId}${id}`;

const sources: FactWords = { vapi: "Vapi", "byo-phone-number": "your own carrier" };

/** A number that was read alone, with its facts. */
function wholeNumberFrom(seen: Seen): PhoneNumber | undefined {
  const { provider: source, status, createdAt, updatedAt } = seen;
  const number = numberFrom(seen);
  return number && { ...number, facts: factsOf({ source, status, createdAt, updatedAt }, sources) };
}

/** The number as Patchbay shows it; undefined if it has nothing to be called by. */
function numberFrom(seen: Seen): PhoneNumber | undefined {
  const e164 = textOrNone(seen.number) ?? sipAddress(seen.sipUri) ?? namelessId(seen);
  if (e164 === undefined) return undefined;
  const agent = agentOf(seen);
  const withoutAgent = withoutAgentText(seen);
  const ringing = ringingHook(seen);
  const mayChoose = ringing?.isForSome ? ringing.what : agent === null ? withoutAgent : undefined;
  return {
    id: seen.id,
    e164,
    name: textOrNone(seen.name) ?? null,
    agent,
    answeredBy: ringing && !ringing.isForSome ? ringing.what : undefined,
    chooser: mayChoose,
    withoutAgent,
    fields: {},
    status: textOrNone(seen.status) ?? undefined,
    updatedAtMs: timeMsOf(seen.updatedAt),
  };
}

/** A number of the organisation's own trunk, or one that Vapi is still buying, may have no digits. */
function namelessId({ id, provider }: Seen): string | undefined {
  return provider === "vapi" || provider === "byo-phone-number" ? id : undefined;
}

/** Of several, the vendor does not document which one answers. */
function agentOf(seen: Seen): AgentRef | null {
  const set = answererFields.flatMap((field) => {
    const id = textOrNone(seen[field]);
    return id ? [`${answerers[field]}${id}`] : [];
  });
  const [first] = set;
  if (first === undefined) return null;
  return { id: set.length === 1 ? first : agentsText(set.map((id) => ({ id }))) };
}

function withoutAgentText({ server, fallbackDestination }: Seen): string {
  const host = hostOf(server?.url);
  const asked = host === undefined ? "the organisation's server (if any)" : `the server at ${host}`;
  const fallback = destinationText(fallbackDestination);
  return fallback === undefined ? asked : `${asked} (fallback: ${fallback})`;
}

/** Only the host: the rest of an address may contain a secret. */
function hostOf(url: string | null | undefined): string | undefined {
  if (!url) return undefined;
  return URL.canParse(url) ? new URL(url).host.slice(0, 60) : "an unreadable address";
}

const destinationText = (seen: z.output<typeof destination> | null | undefined): string | undefined =>
  (textOrNone(seen?.number) ?? sipAddress(seen?.sipUri))?.slice(0, 40);

/** A SIP address without a password and without parameters, which may be secret. */
function sipAddress(uri: string | null | undefined): string | undefined {
  const [address = ""] = (textOrNone(uri) ?? "").split(/[;?]/u);
  return address.replace(/^(sips?:[^:@]*):.*@/iu, "$1@") || undefined;
}

/** The hook that acts before any agent. One with a filter acts on some calls only. */
function ringingHook({ hooks }: Seen): { readonly what: string; readonly isForSome: boolean } | undefined {
  const acting = (hooks ?? []).filter(
    ({ on, do: actions }) => on === "call.ringing" && (actions ?? []).length > 0,
  );
  const found = acting.find(({ filters }) => (filters ?? []).length === 0) ?? acting[0];
  const [first] = found?.do ?? [];
  if (!found || !first) return undefined;
  const to = destinationText(first.destination);
  const transfers = `transfers calls${to === undefined ? "" : ` to ${to}`}`;
  const does =
    first.type === "say" ? "says a message" : first.type === "transfer" ? transfers : "acts on its own";
  const isForSome = (found.filters ?? []).length > 0;
  return { what: `the call.ringing hook, which ${does}${isForSome ? " for some callers" : ""}`, isForSome };
}

/** The body that assigns an agent alone, or writes several back as they were. */
export function assignment(wanted: string, number: PhoneNumber): PatchBody {
  const set = agentsIn(wanted).map(({ id }) => answererOf(id));
  const fields = Object.fromEntries(set.map(({ field, id }) => [field, id]));
  if (Object.keys(fields).length < set.length) {
    const words = "Vapi keeps at most one assistant, one squad and one workflow with a number.";
    throw new Problem("unsupported", words, { field: "agent" });
  }
  return { ...clearing(number), ...fields };
}

/** Null for everything that is set now. */
export function clearing({ agent }: PhoneNumber): PatchBody {
  const set = agent ? agentsIn(agent.id).map(({ id }) => answererOf(id).field) : [];
  return Object.fromEntries(set.map((field) => [field, null]));
}

const readableAs = (from: typeof numberFrom) =>
  numberSchema.transform((seen, ctx): PhoneNumber => {
    const number = from(seen);
    if (number) return number;
    ctx.addIssue({ code: "custom", path: ["number"], message: "missing" });
    return z.NEVER;
  });
/** A number of a list. */
export const readableNumber = readableAs(numberFrom);
/** A number that is read alone, with its facts. */
export const wholeNumber = readableAs(wholeNumberFrom);
