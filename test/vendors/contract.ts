import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Change } from "../../src/domain/numbers/change.ts";
import type { ProblemCode } from "../../src/domain/problem/problem.ts";
import type { PhoneNumber } from "../../src/domain/numbers/phone-number.ts";
import type { PatchBody, Vendor, VendorAccount, VendorId } from "../../src/domain/vendor/vendor.ts";
import {
  startVendorSandbox,
  type AccountSeed,
  type NumberSeed,
  type VendorSandbox,
} from "../../src/sandbox/vendors/index.ts";
import { skippingTimer } from "../support/clocks.ts";
import { until } from "../support/until.ts";
import { key, problemOf } from "./opened.ts";
import { named, spoiledReads, spoiledUpdates } from "./faulty-answers.ts";

/** What a vendor adapter's test says about its vendor. Everything else is the same for all. */
export interface VendorContract {
  readonly vendor: Vendor;
  readonly sandboxId: VendorId;
  readonly numberId: (n: number) => string;
  readonly agentId: (n: number) => string;
  /** How many requests the list of 230 numbers takes. */
  readonly pages: number;
  /** What is sent, according to the vendor's documentation and not the adapter. */
  readonly bodies: {
    readonly reassign: (agentId: string) => PatchBody;
    readonly detach: PatchBody;
    readonly rename: (name: string) => PatchBody;
    /** Undefined if a name cannot be cleared. */
    readonly clear: PatchBody | undefined;
    readonly edits: readonly { readonly fields: Record<string, string | null>; readonly body: PatchBody }[];
  };
  /** The code for a single read that is answered with 403, if that does not mean a bad key. */
  readonly forbidden?: ProblemCode;
  readonly providers?: string[];
  /** Extra fields of the seeded numbers. */
  readonly extra?: NonNullable<NumberSeed["extra"]>;
}

const many = 230;
/** A time limit that even a busy machine keeps, in milliseconds. */
const patientMs = 5000;

/** What every vendor adapter guarantees, tested over HTTP against the vendor's fake. */
export function vendorContract(contract: VendorContract): void {
  const { vendor, numberId, agentId, bodies } = contract;
  const first = numberId(1);
  const [front, night] = [agentId(1), agentId(2)];

  describe(`${vendor.title} keeps the contract`, () => {
    let sandbox: VendorSandbox;
    let account: VendorAccount;
    const open = (timeoutMs: number, apiKey = key): VendorAccount =>
      vendor.open({ api_key: apiKey }, { baseUrl: sandbox.url, timeoutMs, timer: skippingTimer() });
    const updates = () => sandbox.requests.filter((request) => request.method === "PATCH");
    const send = async (change: Change, to = account, id = first) => {
      const number = await account.getNumber(id);
      return to.patch(id, to.buildPatch(number, change));
    };

    beforeEach(async () => {
      sandbox = await startVendorSandbox(contract.sandboxId, { accounts: [seed(contract)] });
      account = open(patientMs);
    });
    afterEach(async () => {
      await sandbox.close();
    });

    it("lists every number of every page once", async () => {
      const numbers = await account.listNumbers();
      expect(numbers.map((number) => number.id)).toEqual(indexes().map(numberId));
      expect(sandbox.requests).toHaveLength(contract.pages);
    });

    // B10
    it("lists every number and agent of a vendor with smaller pages, with or without a total", async () => {
      sandbox.fault({ kind: "page-cap", max: 50 });
      for (const uncounted of [false, true]) {
        // Removes what says that there is more. If nothing else leads to the next page, an error says so.
        if (uncounted)
          for (const field of ["meta", "metadata", "total", "has_more"])
            sandbox.fault({ kind: "missing-field", field });
        const lists = [account.listNumbers(), account.listAgents()];
        for (const list of lists) {
          const ids = (await list).map(({ id }) => id);
          expect(ids).toHaveLength(many);
        }
      }
    });

    // B6
    it("skips an unreadable record of a list, and reports it", async () => {
      const odd = numberId(5);
      for (const field of ["phone_number", "e164", "number"])
        if (field in (sandbox.number(odd) ?? {})) sandbox.changeNumber(odd, { [field]: null });
      const whys: string[] = [];
      const numbers = await account.listNumbers(undefined, undefined, undefined, (why) =>
        whys.push(why.code),
      );
      expect(numbers.map(({ id }) => id)).toEqual(
        indexes()
          .map(numberId)
          .filter((id) => id !== odd),
      );
      expect(whys).toEqual(["vendor_response_unreadable"]);
      expect((await problemOf(account.getNumber(odd))).code).toBe("vendor_response_unreadable");
      await expect(account.check()).resolves.toBeUndefined();
    });

    // B6, D8
    it("skips an unreadable agent, and shows the id of an agent with an invisible name", async () => {
      const agents = [
        { id: agentId(1), name: " " },
        { id: agentId(2), name: "\u2800\u200b" },
        { id: agentId(3), name: "Odd", extra: { id: null, agent_id: null } },
        { id: agentId(4), name: "Whole" },
      ];
      sandbox.addAccount({ ...seed(contract), agents });
      let odd = 0;
      const listed = await account.listAgents(undefined, undefined, () => {
        odd += 1;
      });
      expect(listed.map(({ name }) => name)).toEqual([agentId(1), agentId(2), "Whole"]);
      expect(odd).toBe(1);
      expect((await account.getAgent(agentId(1))).name).toBe(agentId(1));
    });

    it("passes every number to the caller's transformation", async () => {
      const made = (number: PhoneNumber): PhoneNumber => ({ ...number, name: `kept ${number.id}` });
      const numbers = await account.listNumbers(undefined, undefined, made);
      expect(numbers.map(({ name }) => name)).toEqual(indexes().map((n) => `kept ${numberId(n)}`));
    });

    it("lists every agent", async () => {
      const agents = await account.listAgents();
      expect(agents.map(({ id, name }) => [id, name])).toEqual(
        indexes().map((n) => [agentId(n), `Agent ${n}`]),
      );
    });

    it("shows a number as the vendor stores it", async () => {
      const number = await account.getNumber(first);
      expect(number).toMatchObject({ id: first, e164: e164(1), name: "Number 1", agent: { id: front } });
      expect(number.unbindable).toBeUndefined();
      expect(await account.getNumber(numberId(3))).toMatchObject({ name: null, agent: null });
    });

    it("shows an agent as the vendor stores it", async () => {
      expect(await account.getAgent(night)).toMatchObject({ id: night, name: "Agent 2" });
    });

    it("throws not_found for an unknown number and an unknown agent", async () => {
      expect((await problemOf(account.getNumber(numberId(9999)))).code).toBe("not_found");
      expect((await problemOf(account.getAgent(agentId(9999)))).code).toBe("not_found");
    });

    it("accepts a valid key", async () => {
      await expect(account.check()).resolves.toBeUndefined();
    });

    it("reassigns with only the agent", async () => {
      const answer = await send({ kind: "reassign", agentId: night, agentName: "Agent 2" });
      expect(updates().map((request) => request.body)).toEqual([bodies.reassign(night)]);
      expect(answer.number?.agent?.id).toBe(night);
      expect(sandbox.effective(first)).toEqual({ agentId: night, name: "Number 1" });
    });

    it("detaches with only the agent", async () => {
      const answer = await send({ kind: "detach" });
      expect(updates().map((request) => request.body)).toEqual([bodies.detach]);
      expect(answer.number?.agent).toBeNull();
      expect(sandbox.effective(first)).toEqual({ agentId: null, name: "Number 1" });
    });

    it("renames with only the name", async () => {
      const answer = await send({ kind: "rename", name: "Nachtdienst ☎️" });
      expect(updates().map((request) => request.body)).toEqual([bodies.rename("Nachtdienst ☎️")]);
      expect(answer.number?.name).toBe("Nachtdienst ☎️");
      expect(sandbox.effective(first)).toEqual({ agentId: front, name: "Nachtdienst ☎️" });
    });

    it("clears a name as the vendor requires, or refuses before sending", async () => {
      const { clear } = bodies;
      const clearings = [null, ""].map(async (name) => {
        const clearing = send({ kind: "rename", name });
        return clear ? (await clearing).number?.name : (await problemOf(clearing)).code;
      });
      const expected = clear ? null : "unsupported";
      expect(await Promise.all(clearings)).toEqual([expected, expected]);
      expect(updates().map((request) => request.body)).toEqual(clear ? [clear, clear] : []);
      expect(vendor.capabilities.name.clearable).toBe(bodies.clear !== undefined);
    });

    it("edits each field that it offers, and only that field", async () => {
      for (const { fields, body } of bodies.edits) {
        const answer = await send({ kind: "edit", fields });
        expect(updates().at(-1)?.body).toEqual(body);
        expect(answer.number?.fields).toMatchObject(fields);
      }
      const edited = new Set(bodies.edits.flatMap(({ fields }) => Object.keys(fields)));
      expect([...edited].toSorted()).toEqual(vendor.capabilities.fields.map((field) => field.id).toSorted());
    });

    it("refuses before sending what is too long, must not be empty, or is not offered", async () => {
      const number = await account.getNumber(first);
      const code = async (change: Change) =>
        (await problemOf((async () => account.buildPatch(number, change))())).code;
      const { maxLength: longest } = vendor.capabilities.name;
      expect(await code({ kind: "rename", name: "x".repeat(longest + 1) })).toBe("invalid_input");
      const name = "☎️".repeat(Math.floor(longest / 2));
      expect(account.buildPatch(number, { kind: "rename", name })).toBeDefined();
      expect(await code({ kind: "reassign", agentId: "" })).toBe("invalid_input");
      expect(await code({ kind: "edit", fields: {} })).toBe("invalid_input");
      expect(await code({ kind: "edit", fields: { nothing: "x" } })).toBe("unsupported");
      for (const { id, maxLength, clearable } of vendor.capabilities.fields) {
        const long = "x".repeat(maxLength + 1);
        expect(await code({ kind: "edit", fields: { [id]: long } })).toBe("invalid_input");
        const emptied = clearable ? undefined : await code({ kind: "edit", fields: { [id]: null } });
        expect(emptied).toBe(clearable ? undefined : "unsupported");
      }
      const blocked = { ...number, unbindable: "it is for calling out" };
      const reassign: Change = { kind: "reassign", agentId: night };
      expect((await problemOf((async () => account.buildPatch(blocked, reassign))())).code).toBe(
        "unsupported",
      );
    });

    it("reports an update that the vendor accepted and ignored", async () => {
      const body = account.buildPatch(await account.getNumber(first), { kind: "reassign", agentId: night });
      sandbox.fault({ kind: "ignore" }, { on: "write" });
      expect((await account.patch(first, body)).number?.agent?.id).toBe(front);
    });

    it("quotes the vendor when it refuses an unknown agent", async () => {
      const problem = await problemOf(send({ kind: "reassign", agentId: agentId(9999) }));
      expect(problem.code).toBe("vendor_refused");
      expect(problem.message).toMatch(/agent|assistant/i);
      expect(updates()).toHaveLength(1);
    });

    it.each(named(spoiledReads))("ends a read that meets $what as $code", async ({ fault, code, slow }) => {
      const timeoutMs = slow ? 50 : patientMs;
      sandbox.fault(fault);
      const problems = await Promise.all([
        problemOf(open(timeoutMs).getNumber(first)),
        problemOf(open(timeoutMs).listNumbers()),
      ]);
      const isForbidden = fault.kind === "status" && fault.status === 403;
      const single = (isForbidden && contract.forbidden) || code;
      expect(problems.map((problem) => problem.code)).toEqual([single, code]);
      expect(sandbox.requests.length).toBeLessThanOrEqual(6);
    });

    it("retries a read after a temporary fault", async () => {
      sandbox.fault({ kind: "drop-before" }, { times: 1 });
      sandbox.fault({ kind: "status", status: 503 }, { times: 1 });
      expect(await open(patientMs).getNumber(first)).toMatchObject({ id: first });
      expect(sandbox.requests).toHaveLength(3);
    });

    it.each(named(spoiledUpdates))(
      "sends an update that meets $what once, and says $code",
      async (spoiled) => {
        const { fault, code, applied, slow } = spoiled;
        sandbox.fault(fault, { on: "write" });
        const problem = await problemOf(
          send({ kind: "reassign", agentId: night }, open(slow ? 400 : patientMs)),
        );
        expect(problem.code).toBe(code);
        // On a busy machine, the time limit may pass before the fake reads what was sent.
        const answers = (): string | null | undefined => sandbox.effective(first).agentId;
        await until("an update", () => updates().length > 0 && (!applied || answers() === night));
        expect(updates()).toHaveLength(1);
        expect(answers()).toBe(applied ? night : front);
      },
    );

    it("says that nothing was sent if no server listens", async () => {
      const number = await account.getNumber(first);
      await sandbox.close();
      const body = account.buildPatch(number, { kind: "detach" });
      expect((await problemOf(open(patientMs).patch(first, body))).code).toBe("vendor_unavailable");
      expect((await problemOf(open(patientMs).listAgents())).code).toBe("vendor_unavailable");
    });

    it("reports a rejected key without showing it", async () => {
      const other = open(patientMs, "sk_wrong_51d07be9c3");
      const number = await account.getNumber(first);
      const attempts = [
        other.check(),
        other.listNumbers(),
        other.listAgents(),
        other.getNumber(first),
        other.patch(first, other.buildPatch(number, { kind: "detach" })),
      ];
      for (const problem of await Promise.all(attempts.map(problemOf))) {
        expect(problem.code).toBe("credentials_rejected");
        expect(problem.message).not.toContain("51d07be9c3");
      }
    });

    it("sends its key nowhere else when redirected", async () => {
      let visits = 0;
      const elsewhere = createServer((_req, res) => {
        visits += 1;
        res.end("{}");
      });
      await new Promise<void>((resolve) => {
        elsewhere.listen(0, "127.0.0.1", resolve);
      });
      const address = elsewhere.address();
      const port = address !== null && typeof address === "object" ? address.port : 0;
      const number = await account.getNumber(first);
      sandbox.fault({ kind: "redirect", to: `http://127.0.0.1:${port}/` });
      await problemOf(account.getNumber(first));
      await problemOf(account.patch(first, account.buildPatch(number, { kind: "detach" })));
      elsewhere.close();
      expect(visits).toBe(0);
    });

    it("reaches no other endpoint through a typed id", async () => {
      await account.getNumber(first);
      sandbox.fault({ kind: "ignore" }, { on: "write", times: 1 });
      await account.patch(first, bodies.detach);
      const homes = sandbox.requests.map(({ path }) => path.slice(0, -encodeURIComponent(first).length));
      const ids = [
        "../x",
        "..",
        ".",
        "",
        " ",
        "a/b",
        "x?limit=1",
        "x#y",
        "%2e%2e",
        "..\\x",
        "\ud800",
        "x".repeat(999),
      ];
      for (const id of ids) {
        const { code } = await problemOf(account.getNumber(id));
        expect([id, code]).toEqual([id, "not_found"]);
        await problemOf(account.patch(id, bodies.detach));
      }
      const others = sandbox.requests.filter(({ path, query }) => {
        const home = homes.find((one) => path.startsWith(one));
        const rest = home === undefined ? "/" : path.slice(home.length);
        return rest === "" || rest.includes("/") || query !== "";
      });
      expect(others).toEqual([]);
      expect(sandbox.requests.some((request) => request.applied)).toBe(false);
    });

    it("reports a list that repeats itself as unreadable", async () => {
      sandbox.fault({ kind: "repeat-page" });
      expect((await problemOf(account.listNumbers())).code).toBe("vendor_response_unreadable");
      expect(sandbox.requests.length).toBeLessThan(5);
    });

    it("sends no request for a caller that has aborted", async () => {
      const problem = await problemOf(account.listNumbers(AbortSignal.abort()));
      expect(problem.code).toBe("vendor_unavailable");
      expect(sandbox.requests).toEqual([]);
    });

    it("ends a hanging read when its caller aborts", async () => {
      const caller = new AbortController();
      const hears = (): boolean => {
        setImmediate(() => caller.abort());
        return true;
      };
      sandbox.fault({ kind: "hang" }, { on: hears });
      expect((await problemOf(account.getNumber(first, caller.signal))).code).toBe("vendor_unavailable");
      expect(sandbox.requests).toHaveLength(1);
    });

    it("describes its connect form with one key and trims it", () => {
      expect(Object.keys(vendor.credentials.shape)).toEqual(["api_key"]);
      expect(vendor.credentials.shape["api_key"]?.description).toMatch(/^API key/);
      expect(vendor.credentials.parse({ api_key: ` ${key}\n` })).toEqual({ api_key: key });
      const bad = ["", "short", "two\nlines-of-key", "clé-secrète"];
      expect(bad.filter((api_key) => vendor.credentials.safeParse({ api_key }).success)).toEqual([]);
    });
  });
}

const indexes = (): number[] => Array.from({ length: many }, (_value, at) => at + 1);
const e164 = (n: number): string => `+1415555${String(n).padStart(4, "0")}`;

function seed({ numberId, agentId, providers = [], extra = {} }: VendorContract): AccountSeed {
  return {
    key,
    providers,
    agents: indexes().map((n) => ({ id: agentId(n), name: `Agent ${n}` })),
    numbers: indexes().map((n) => ({
      id: numberId(n),
      e164: e164(n),
      name: n === 3 ? null : `Number ${n}`,
      agentId: n === 3 ? null : agentId(1),
      extra,
    })),
  };
}
