// https://docs.speechify.ai/voice-agents/api-reference/telephony/phone-numbers/update
// - The introduction says "pass null for agent_id", but the field is a plain string: a detach sends `clear_agent_id`
//   alone.
// - A verified caller ID, and any number whose `capabilities` lack `inbound`, only makes calls and never has an agent.
// - Paths accept only prefixed ids; a UUID gets a 404. The documentation asks clients not to send an idempotency key.
// - An absent label or agent means none, except for the agent of a number of the newer API. A relay or a custom brain
//   may answer that, so a missing agent counts as not reported unless `relay` and `brain_id` are null too.
// - The newer API (its OpenAPI document) renames `source` to `type`. Its PATCH accepts the label and may ignore an
//   `agent_id` with a 200. An agent is assigned by POST and removed by DELETE under the agent; the DELETE responds with
//   404 if another agent has the number by then. A number with `type` and no `source` is of the newer API.
// - What the POST and the DELETE return is not documented, so the number is read after them. Whether a POST displaces
//   a relay or a brain is not documented either: if the vendor refuses it, its code is put into words.
// - The longest name is our assumption. The rate is the free plan's, which the paid plan includes.
import { z } from "zod";
import type { Agent, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import type { Vendor, VendorCapabilities } from "../../domain/vendor/vendor.ts";
import type { PatchAnswer, PatchBody } from "../../domain/vendor/vendor-account.ts";
import { mapNotFound, mapUnsupported, parsePatch } from "../map-response.ts";
import { vendorHttp, type Query } from "../http.ts";
import type { HttpAnswer } from "../response.ts";
import { apiKeyCredentials, apiKeyOf } from "../api-key.ts";
import { allPages, nextCursor, type Cursor, type Next } from "../pagination.ts";
import { pathWith } from "../url-path.ts";
import { buildPatch } from "../build-patch.ts";
import { clockOf } from "../call-log.ts";
import type { RateLimit } from "../rate-limit.ts";
import { nameOr, parse, parseEach } from "../parse.ts";
import { listCalls } from "./speechify/calls.ts";
import { numberFrom, numberSchema, wholeNumberFrom } from "./speechify/number.ts";
import { readError } from "./speechify/error.ts";

const title = "Speechify";
const numbersPath = "/v1/agents/phone-numbers";
const limit = 200;

/** Five a second on average, thirty in a burst, ten concurrently. */
const rate: RateLimit = { requests: 30, intervalMs: 6000, atOnce: 10 };

const capabilities: VendorCapabilities = {
  name: { maxLength: 255, clearable: true },
  fields: [],
  mayAnswerWithoutAgent: true,
};

const text = z.string().nullish();

const agentSchema = z.object({ id: z.string().min(1), name: text });

const more = z.object({ next_cursor: text, has_more: z.boolean().nullish() });
const records = z.array(z.unknown());
const numberPage = more.extend({ numbers: records });
const agentPage = more.extend({ agents: records });

/** What assigns or removes an agent in the newer API, in place of a PATCH. */
const binding = z.union([
  z.strictObject({ bind: z.string() }).transform(({ bind }) => ({ agentId: bind, isBind: true })),
  z.strictObject({ unbind: z.string() }).transform(({ unbind }) => ({ agentId: unbind, isBind: false })),
]);

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
      listCalls: async (query, signal) => listCalls(http, query, signal),
      check: async (signal) => {
        const { json } = await http.getPage(numbersPath, { limit: 1 }, signal);
        parse(title, numberPage, json);
      },
      buildPatch: (number, change) =>
        buildPatch(
          { title, capabilities },
          {
            reassign: (agentId) => (number.isNewerApi ? { bind: agentId } : { agent_id: agentId }),
            detach: () => detachOf(number),
            rename: (name) => ({ label: name ?? "" }),
            edit: () => ({}),
          },
          number,
          change,
        ),
      inTurn: http.inTurn,
      bulkTimeMs: http.bulkTimeMs,
      patch: async (id, body, leftMs) => {
        const { data: asked } = binding.safeParse(body);
        if (asked === undefined) {
          const answer = await http.patch(pathWith(`${numbersPath}/{id}`, id), body, leftMs);
          return parsePatch(title, id, answer, toNumber);
        }
        const path = `${pathWith("/v1/agents/{id}", asked.agentId)}${pathWith("/phone-numbers/{id}", id)}`;
        return asked.isBind ? boundAfter(http.post(path, leftMs)) : unboundAfter(http.delete(path, leftMs));
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

const toNumber = (json: unknown): PhoneNumber => wholeNumberFrom(parse(title, numberSchema, json));

const agentFrom = (seen: z.output<typeof agentSchema>): Agent => ({
  id: seen.id,
  name: nameOr(seen.id, seen.name),
});

/** Removes the agent of a number. In the newer API, only the agent that was shown. */
function detachOf({ agent, answeredBy, isNewerApi, unbindable }: PhoneNumber): PatchBody {
  if (unbindable !== undefined)
    throw new Problem("unsupported", `The agent cannot be taken off: ${unbindable}.`);
  if (!isNewerApi) return { clear_agent_id: true };
  if (agent) return { unbind: agent.id };
  const why = answeredBy ? `${answeredBy} answers this number` : `${title} shows no agent of this number`;
  throw new Problem("unsupported", `There is no agent to take off: ${why}.`);
}

async function boundAfter(asking: Promise<HttpAnswer>): Promise<PatchAnswer> {
  const answer = await asking;
  return { status: answer.status, number: undefined, at: clockOf(answer) };
}

async function unboundAfter(asking: Promise<HttpAnswer>): Promise<PatchAnswer> {
  try {
    return await boundAfter(asking);
  } catch (error) {
    if (!isProblem(error, "vendor_refused") || error.details.vendorStatus !== 404) throw error;
    const words = `${title} took no agent off: by then, the number no longer had the agent that you saw.`;
    throw new Problem("vendor_refused", words, error.details, error);
  }
}
