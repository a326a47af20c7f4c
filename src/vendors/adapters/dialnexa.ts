// https://dialnexa.mintlify.app/api-reference/phone-numbers/update
// - A number has `agent_id` or `inbound_agent_id`. If both are absent, the agent is not reported.
// - An agent has no name of its own: people see the title of its current version. It needs a published version.
// - Clearing `label` is not documented, so it is not offered. Its limit is not documented either: 255 is our
//   assumption.
// - Its answer may have no label (the guide's second format). Then the outcome of a change of it stays unknown.
// - A 403 for a number or an agent means that it belongs to another organization, not that the key is bad (OpenAPI).
// - The newer API (OpenAPI of 2026-08) has no PATCH on a number, assigns numbers through published versions of agents,
//   returns lists as `{items}` and has `/v1/agents`, without pages, in place of `/v1/agents2`. It never shows who
//   answers a number, so Patchbay reads it and writes nothing (ADR 49).
// - The rate limit is not published: two requests a second is our assumption.
import { z } from "zod";
import type { Agent, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { Vendor, VendorCapabilities } from "../../domain/vendor/vendor.ts";
import { mapNotFound, mapUnsupported, noLongerOffered, parsePatch } from "../map-response.ts";
import { vendorHttp, type Query } from "../http.ts";
import { apiKeyCredentials, apiKeyOf } from "../api-key.ts";
import { allPages, nextPage, type Cursor, type Page } from "../pagination.ts";
import { pathWith } from "../url-path.ts";
import { buildPatch } from "../build-patch.ts";
import { unpublishedRate } from "../rate-limit.ts";
import { parse, parseEach } from "../parse.ts";
import { listCalls } from "./dialnexa/calls.ts";
import { agentFrom, agentSchema } from "./dialnexa/agent.ts";
import { readNewerAgents, readRecords, title } from "./dialnexa/lists.ts";
import { numberFrom, numberSchema, wholeNumberFrom } from "./dialnexa/number.ts";
import { hasStatus, isForeign, mapForeign, newerRefusal } from "./dialnexa/refusals.ts";

const numbersPath = "/v1/organization-phone-numbers";
const limit = 100;

const capabilities: VendorCapabilities = {
  name: { maxLength: 255, clearable: true },
  fields: [
    {
      id: "label",
      label: "Label",
      hint: "For accounting; callers never meet it.",
      input: "text",
      maxLength: 255,
      clearable: false,
    },
  ],
};

const errorSchema = z.object({ message: z.union([z.string(), z.array(z.string())]) });

/** The DialNexa adapter. It updates numbers as in the vendor's guide; see the head of the file for the newer API. */
export const dialnexa: Vendor = {
  id: "dialnexa",
  title,
  apiUrl: "https://api.dialnexa.com",
  credentials: apiKeyCredentials("from Settings, API Keys, in the DialNexa dashboard"),
  capabilities,
  dashboard:
    "In the DialNexa dashboard, open the number under Phone Numbers and choose its inbound agent there.",
  open: (credentials, options) => {
    const apiKey = apiKeyOf(credentials);
    const http = vendorHttp({ vendor: title, ...options, apiKey, rate: unpublishedRate, readError });
    // The generation of the API, according to the first response of the agents' routes.
    let agentsPath = "/v1/agents2";
    const withAgentsPath = async <T>(ask: (path: string) => Promise<T>): Promise<T> => {
      try {
        return await ask(agentsPath);
      } catch (error) {
        if (agentsPath === "/v1/agents" || !hasStatus(error, 404)) throw error;
        const answer = await ask("/v1/agents");
        agentsPath = "/v1/agents";
        return answer;
      }
    };
    const numbers = async (query: Query, signal?: AbortSignal) =>
      readRecords((await http.getPage(numbersPath, query, signal)).json);
    return {
      listNumbers: async (signal, _maxAgeMs, made, onUnreadable) => {
        const readPage = async (cursor: Cursor | undefined, before: number): Promise<Page<PhoneNumber>> => {
          const { found: data, said } = await numbers({ page: pageNumber(cursor), limit }, signal);
          const next = nextPage(pageNumber(cursor), { count: data.length, before, ...said });
          return { ...(await parseEach(title, numberSchema, data, numberFrom)), ...next };
        };
        const askForOne = async () => (await numbers({ page: 1, limit: 1 }, signal)).found.length;
        return mapUnsupported(title, "numbers", allPages(title, readPage, { made, onUnreadable, askForOne }));
      },
      getNumber: async (id, signal) => {
        const path = pathWith(`${numbersPath}/{id}`, id, ["plivo-numbers"]);
        const { json } = await mapForeign(
          "number",
          mapNotFound(title, "number", [400, 404], http.get(path, signal)),
        );
        return toNumber(json);
      },
      listAgents: async (signal, _maxAgeMs, onUnreadable) => {
        const readPage = async (cursor: Cursor | undefined, before: number): Promise<Page<Agent>> =>
          withAgentsPath(async (path) => {
            const number = pageNumber(cursor);
            const isUnpaged = path === "/v1/agents";
            const query = isUnpaged ? {} : { page: number, limit };
            const { json } = await http.getPage(path, query, signal);
            const { found: data, said } = isUnpaged ? readNewerAgents(json) : readRecords(json);
            const next = nextPage(number, { count: data.length, before, ...said });
            return { ...(await parseEach(title, agentSchema, data, agentFrom)), ...next };
          });
        const askForOne = async () =>
          readRecords((await http.getPage(agentsPath, { page: 1, limit: 1 }, signal)).json).found.length;
        return mapUnsupported(title, "agents", allPages(title, readPage, { onUnreadable, askForOne }));
      },
      getAgent: async (id, signal) => {
        const asking = withAgentsPath(async (path) => http.get(pathWith(`${path}/{id}`, id), signal));
        const { json } = await mapForeign("agent", mapNotFound(title, "agent", [400, 404], asking));
        return agentFrom(parse(title, agentSchema, json));
      },
      listCalls: async (query, signal) => listCalls(http, query, signal),
      check: async (signal) => {
        await numbers({ page: 1, limit: 1 }, signal);
      },
      buildPatch: (number, change) => {
        if (number.isNewerApi) throw newerRefusal(change.kind);
        return buildPatch(
          { title, capabilities },
          {
            reassign: (agentId) => ({ agent_id: agentId }),
            detach: () => ({ agent_id: null }),
            rename: (name) => ({ nickname: name }),
            edit: ({ label }) => ({ label }),
          },
          number,
          change,
        );
      },
      inTurn: http.inTurn,
      bulkTimeMs: http.bulkTimeMs,
      patch: async (id, body, leftMs) => {
        try {
          const answer = await http.patch(pathWith(`${numbersPath}/{id}`, id), body, leftMs);
          return parsePatch(title, id, answer, toNumber);
        } catch (error) {
          if (isForeign(error)) {
            const words = `${title} did not change it: the number belongs to another organization than the key.`;
            throw new Problem("vendor_refused", words, error.details, error);
          }
          // The number was read just before, so the route no longer exists; otherwise the next read finds out.
          if (!hasStatus(error, 404) && !hasStatus(error, 405)) throw error;
          const { details } = error;
          throw new Problem("unsupported", `${title} did not change it: ${noLongerOffered}.`, details, error);
        }
      },
    };
  },
};

const pageNumber = (cursor: Cursor | undefined): number => Number(cursor ?? 1);

const toNumber = (json: unknown): PhoneNumber => wholeNumberFrom(parse(title, numberSchema, json));

function readError(json: unknown): string | undefined {
  const { data } = errorSchema.safeParse(json);
  return Array.isArray(data?.message) ? data.message.join("; ") : data?.message;
}
