// https://docs.speechify.ai/voice-agents/api-reference/telephony/phone-numbers/update
// - The introduction says "pass null for agent_id", but the field is a plain string: a detach sends `clear_agent_id`
//   alone.
// - A number with `source: verified_caller_id` only makes calls and never has an agent.
// - Paths accept only prefixed ids; a UUID gets a 404. The documentation asks clients not to send an idempotency key.
// - An absent label or agent means none, except for the agent of a number of the newer API. A relay or a custom brain
//   may answer that, so a missing agent counts as not reported unless `relay` and `brain_id` are null too.
// - The newer API (its OpenAPI document) renames `source` to `type` and assigns numbers by POST and DELETE under the
//   agent. Its PATCH accepts the label and may ignore an `agent_id` with a 200. So if a number has `type` and no
//   `source`, Patchbay changes only its name, not its agent.
// - The longest name is our assumption. The rate is the free plan's, which the paid plan includes.
import { z } from "zod";
import type { Agent, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { Vendor, VendorCapabilities } from "../../domain/vendor/vendor.ts";
import { mapNotFound, mapUnsupported, noLongerOffered, parsePatch } from "../map-response.ts";
import { vendorHttp, type Query } from "../http.ts";
import { apiKeyCredentials, apiKeyOf } from "../api-key.ts";
import { allPages, nextCursor, type Cursor, type Next } from "../pagination.ts";
import { pathWith } from "../url-path.ts";
import { buildPatch } from "../build-patch.ts";
import type { RateLimit } from "../rate-limit.ts";
import { nameOr, parse, parseEach, textOrNone } from "../parse.ts";

const title = "Speechify";
const numbersPath = "/v1/agents/phone-numbers";
const limit = 200;

/** Five a second on average, thirty in a burst, ten concurrently. */
const rate: RateLimit = { requests: 30, intervalMs: 6000, atOnce: 10 };

const capabilities: VendorCapabilities = { name: { maxLength: 255, clearable: true }, fields: [] };

const text = z.string().nullish();

const numberSchema = z.object({
  id: z.string().min(1),
  e164: z.string().min(1),
  label: text,
  agent_id: text,
  source: text,
  type: text,
  // Its content does not matter, only that there is a relay.
  relay: z.unknown().optional(),
  brain_id: z.unknown().optional(),
});

const agentSchema = z.object({ id: z.string().min(1), name: text });

const more = z.object({ next_cursor: text, has_more: z.boolean().nullish() });
const records = z.array(z.unknown());
const numberPage = more.extend({ numbers: records });
const agentPage = more.extend({ agents: records });

const errorSchema = z.object({
  error: z.object({ message: z.string(), fields: z.record(z.string(), z.unknown()).nullish() }),
});

/** The Speechify adapter. */
export const speechify: Vendor = {
  id: "speechify",
  title,
  apiUrl: "https://api.speechify.ai",
  credentials: apiKeyCredentials("begins with sk_"),
  capabilities,
  dashboard: "In the Speechify console (console.speechify.ai), open the number and choose its agent there.",
  open: (credentials, options) => {
    const apiKey = apiKeyOf(credentials);
    const http = vendorHttp({ vendor: title, ...options, apiKey, rate, readError });
    return {
      listNumbers: async (signal, _maxAgeMs, made, onUnreadable) => {
        const page = async (query: Query) => {
          const { json } = await http.getPage(numbersPath, query, signal);
          return parse(title, numberPage, json);
        };
        const readPage = async (cursor: Cursor | undefined) => {
          const { numbers, ...said } = await page(queryOf(cursor));
          return {
            ...(await parseEach(title, numberSchema, numbers, numberFrom)),
            ...nextOf(said, numbers.length),
          };
        };
        const askForOne = async () => (await page({ limit: 1 })).numbers.length;
        return mapUnsupported(title, "numbers", allPages(title, readPage, { made, onUnreadable, askForOne }));
      },
      getNumber: async (id, signal) => {
        const path = pathWith(`${numbersPath}/{id}`, id);
        const { json } = await mapNotFound(title, "number", [404], http.get(path, signal));
        return toNumber(json);
      },
      listAgents: async (signal, _maxAgeMs, onUnreadable) => {
        const page = async (query: Query) => {
          const { json } = await http.getPage("/v1/agents", query, signal);
          return parse(title, agentPage, json);
        };
        const readPage = async (cursor: Cursor | undefined) => {
          const { agents, ...said } = await page(queryOf(cursor));
          return {
            ...(await parseEach(title, agentSchema, agents, agentFrom)),
            ...nextOf(said, agents.length),
          };
        };
        const askForOne = async () => (await page({ limit: 1 })).agents.length;
        return mapUnsupported(title, "agents", allPages(title, readPage, { onUnreadable, askForOne }));
      },
      getAgent: async (id, signal) => {
        const path = pathWith("/v1/agents/{id}", id, ["phone-numbers", "voices"]);
        const { json } = await mapNotFound(title, "agent", [404], http.get(path, signal));
        return agentFrom(parse(title, agentSchema, json));
      },
      check: async (signal) => {
        const { json } = await http.getPage(numbersPath, { limit: 1 }, signal);
        parse(title, numberPage, json);
      },
      buildPatch: (number, change) =>
        buildPatch(
          { title, capabilities },
          {
            reassign: (agentId) => ({ agent_id: agentId }),
            detach: () => {
              if (number.unbindable === undefined) return { clear_agent_id: true };
              throw new Problem("unsupported", `The agent cannot be taken off: ${number.unbindable}.`);
            },
            rename: (name) => ({ label: name ?? "" }),
            edit: () => ({}),
          },
          number,
          change,
        ),
      inTurn: http.inTurn,
      bulkTimeMs: http.bulkTimeMs,
      patch: async (id, body, leftMs) => {
        const answer = await http.patch(pathWith(`${numbersPath}/{id}`, id), body, leftMs);
        return parsePatch(title, id, answer, toNumber);
      },
    };
  },
};

const again = "again";
const queryOf = (cursor: Cursor | undefined): Query =>
  cursor === undefined || cursor === again ? { limit } : { cursor, limit };

/**
 * Older lists have one page and do not say whether there is another one, so a full page may be incomplete. Repeating
 * the request shows whether the list has pages.
 */
function nextOf({ next_cursor, has_more }: z.output<typeof more>, count: number): Next {
  const saysNothing = next_cursor === undefined && has_more === undefined;
  if (saysNothing && fullPages.has(count)) return { next: again, isGuess: true };
  return { next: nextCursor(title, next_cursor, has_more) };
}

/** Likely page lengths: the vendor's default, and the ones that are requested. */
const fullPages: ReadonlySet<number> = new Set([50, 100, limit]);

const toNumber = (json: unknown): PhoneNumber => numberFrom(parse(title, numberSchema, json));

function numberFrom(seen: z.output<typeof numberSchema>): PhoneNumber {
  const newer = seen.type !== undefined && seen.source === undefined;
  const outboundOnly = (seen.source ?? seen.type) === "verified_caller_id";
  const reason = newer ? noLongerOffered : undefined;
  return {
    id: seen.id,
    e164: seen.e164,
    name: textOrNone(seen.label) ?? null,
    ...whoAnswers(seen),
    fields: {},
    unbindable: outboundOnly ? "it is a verified caller ID, which only makes calls" : reason,
  };
}

/** A number has an agent, a relay or a brain. In the newer API, only nulls for all of them mean that nobody answers. */
function whoAnswers(seen: z.output<typeof numberSchema>): Pick<PhoneNumber, "agent" | "answeredBy"> {
  const { agent_id: agentId, relay, brain_id: brain } = seen;
  if (agentId) return { agent: { id: agentId } };
  if ((relay ?? undefined) !== undefined) return { agent: undefined, answeredBy: "a relay" };
  if ((brain ?? undefined) !== undefined) return { agent: undefined, answeredBy: "a brain of your own" };
  const isNewer = seen.type !== undefined && seen.source === undefined;
  const saysNone = relay === null && brain === null;
  return { agent: isNewer && !saysNone ? undefined : null };
}

const agentFrom = (seen: z.output<typeof agentSchema>): Agent => ({
  id: seen.id,
  name: nameOr(seen.id, seen.name),
});

function readError(json: unknown): string | undefined {
  const { data } = errorSchema.safeParse(json);
  if (!data) return undefined;
  const fields = Object.entries(data.error.fields ?? {}).flatMap(([field, rule]) =>
    typeof rule === "string" ? [`${field} ${rule}`] : [],
  );
  return [data.error.message, ...fields].join("; ");
}
