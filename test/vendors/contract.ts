import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Change } from "../../src/domain/numbers/change.ts";
import type { PhoneNumber } from "../../src/domain/numbers/phone-number.ts";
import type { PatchBody, Vendor, VendorAccount, VendorId } from "../../src/domain/vendor/vendor.ts";
import {
  startVendorSandbox,
  type AccountSeed,
  type NumberSeed,
  type VendorSandbox,
} from "../../src/sandbox/vendors/index.ts";
import { key, problemOf } from "./opened.ts";
import { named, spoiledReads, spoiledUpdates } from "./faulty-answers.ts";

/** What a vendor adapter's test says of its vendor; everything else is the same for all. */
export interface VendorContract {
  readonly vendor: Vendor;
  readonly sandboxId: VendorId;
  readonly numberId: (n: number) => string;
  readonly agentId: (n: number) => string;
  /** How many requests the list of 230 numbers takes. */
  readonly pages: number;
  /** What goes over the wire, by the documents and not by the vendor adapter. */
  readonly bodies: {
    readonly reassign: (agentId: string) => PatchBody;
    readonly detach: PatchBody;
    readonly rename: (name: string) => PatchBody;
    /** undefined where a name cannot be cleared. */
    readonly clear: PatchBody | undefined;
    readonly edits: readonly { readonly fields: Record<string, string | null>; readonly body: PatchBody }[];
  };
  readonly providers?: string[];
  /** What the numbers are seeded with beside the usual. */
  readonly extra?: NonNullable<NumberSeed["extra"]>;
}

const many = 230;

/** What every vendor adapter keeps to, tried over HTTP against the vendor's fake. */
export function vendorContract(contract: VendorContract): void {
  const { vendor, numberId, agentId, bodies } = contract;
  const first = numberId(1);
  const [front, night] = [agentId(1), agentId(2)];

  describe(`${vendor.title} keeps the contract`, () => {
    let sandbox: VendorSandbox;
    let account: VendorAccount;
    const open = (timeoutMs: number, apiKey = key): VendorAccount =>
      vendor.open({ api_key: apiKey }, { baseUrl: sandbox.url, timeoutMs });
    const updates = () => sandbox.requests.filter((request) => request.method === "PATCH");
    const send = async (change: Change, to = account, id = first) => {
      const number = await account.getNumber(id);
      return to.patch(id, to.buildPatch(number, change));
    };

    beforeEach(async () => {
      sandbox = await startVendorSandbox(contract.sandboxId, { accounts: [seed(contract)] });
      account = open(5000);
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
    it("lists every number and agent of a vendor that caps its pages, whether it counts them or not", async () => {
      sandbox.fault({ kind: "page-cap", max: 50 });
      for (const uncounted of [false, true]) {
        // What says that there is more is taken away; where only that leads on, an error says so.
        if (uncounted)
          for (const field of ["meta", "total", "has_more"]) sandbox.fault({ kind: "missing-field", field });
        const lists = [account.listNumbers(), account.listAgents()];
        for (const list of lists) {
          const ids = (await list).map(({ id }) => id);
          expect(ids).toHaveLength(many);
        }
      }
    });

    // B6
    it("loses one record of a list where one cannot be read, and says so", async () => {
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
    it("loses one agent that cannot be read, and calls one whose name shows nothing by its id", async () => {
      const agents = [
        { id: agentId(1), name: " " },
        { id: agentId(2), name: "\u2800\u200b" },
        { id: agentId(3), name: "Odd", extra: { id: null } },
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

    it("puts every number through what is to be kept of it", async () => {
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

    it("shows a number as its vendor has it", async () => {
      const number = await account.getNumber(first);
      expect(number).toMatchObject({ id: first, e164: e164(1), name: "Number 1", agent: { id: front } });
      expect(number.unbindable).toBeUndefined();
      expect(await account.getNumber(numberId(3))).toMatchObject({ name: null, agent: null });
    });

    it("shows an agent as its vendor has it", async () => {
      expect(await account.getAgent(night)).toMatchObject({ id: night, name: "Agent 2" });
    });

    it("says not_found for a number and an agent that are not there", async () => {
      expect((await problemOf(account.getNumber(numberId(9999)))).code).toBe("not_found");
      expect((await problemOf(account.getAgent(agentId(9999)))).code).toBe("not_found");
    });

    it("finds a good key good", async () => {
      await expect(account.check()).resolves.toBeUndefined();
    });

    it("reassigns with the agent alone", async () => {
      const answer = await send({ kind: "reassign", agentId: night, agentName: "Agent 2" });
      expect(updates().map((request) => request.body)).toEqual([bodies.reassign(night)]);
      expect(answer.number.agent?.id).toBe(night);
      expect(sandbox.effective(first)).toEqual({ agentId: night, name: "Number 1" });
    });

    it("detaches with the agent alone", async () => {
      const answer = await send({ kind: "detach" });
      expect(updates().map((request) => request.body)).toEqual([bodies.detach]);
      expect(answer.number.agent).toBeNull();
      expect(sandbox.effective(first)).toEqual({ agentId: null, name: "Number 1" });
    });

    it("renames with the name alone", async () => {
      const answer = await send({ kind: "rename", name: "Nachtdienst ☎️" });
      expect(updates().map((request) => request.body)).toEqual([bodies.rename("Nachtdienst ☎️")]);
      expect(answer.number.name).toBe("Nachtdienst ☎️");
      expect(sandbox.effective(first)).toEqual({ agentId: front, name: "Nachtdienst ☎️" });
    });

    it("clears a name as the vendor wants it, or says before sending that it cannot", async () => {
      const { clear } = bodies;
      const clearings = [null, ""].map(async (name) => {
        const clearing = send({ kind: "rename", name });
        return clear ? (await clearing).number.name : (await problemOf(clearing)).code;
      });
      const expected = clear ? null : "unsupported";
      expect(await Promise.all(clearings)).toEqual([expected, expected]);
      expect(updates().map((request) => request.body)).toEqual(clear ? [clear, clear] : []);
      expect(vendor.capabilities.name.clearable).toBe(bodies.clear !== undefined);
    });

    it("edits each field that it offers, and that field alone", async () => {
      for (const { fields, body } of bodies.edits) {
        const answer = await send({ kind: "edit", fields });
        expect(updates().at(-1)?.body).toEqual(body);
        expect(answer.number.fields).toMatchObject(fields);
      }
      const edited = new Set(bodies.edits.flatMap(({ fields }) => Object.keys(fields)));
      expect([...edited].toSorted()).toEqual(vendor.capabilities.fields.map((field) => field.id).toSorted());
    });

    it("refuses before sending what is too long, empty where it cannot be, or not offered", async () => {
      const number = await account.getNumber(first);
      const code = async (change: Change) =>
        (await problemOf((async () => account.buildPatch(number, change))())).code;
      expect(await code({ kind: "rename", name: "x".repeat(256) })).toBe("invalid_input");
      expect(account.buildPatch(number, { kind: "rename", name: "☎️".repeat(127) })).toBeDefined();
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

    it("shows an update that the vendor took and ignored as what it is", async () => {
      const body = account.buildPatch(await account.getNumber(first), { kind: "reassign", agentId: night });
      sandbox.fault({ kind: "ignore" }, { on: "write" });
      expect((await account.patch(first, body)).number.agent?.id).toBe(front);
    });

    it("says that an unknown agent was refused, in the vendor's words", async () => {
      const problem = await problemOf(send({ kind: "reassign", agentId: agentId(9999) }));
      expect(problem.code).toBe("vendor_refused");
      expect(problem.message).toMatch(/agent/i);
      expect(updates()).toHaveLength(1);
    });

    it.each(named(spoiledReads))("ends a read that meets $what as $code", async ({ fault, code, slow }) => {
      const timeoutMs = slow ? 200 : 1000;
      sandbox.fault(fault);
      const begin = performance.now();
      const problems = await Promise.all([
        problemOf(open(timeoutMs).getNumber(first)),
        problemOf(open(timeoutMs).listNumbers()),
      ]);
      expect(problems.map((problem) => problem.code)).toEqual([code, code]);
      expect(performance.now() - begin).toBeLessThan(3 * timeoutMs + 2000);
      expect(sandbox.requests.length).toBeLessThanOrEqual(6);
    });

    it("reads again after a fault that passes", async () => {
      sandbox.fault({ kind: "drop-before" }, { times: 1 });
      sandbox.fault({ kind: "status", status: 503 }, { times: 1 });
      expect(await open(1000).getNumber(first)).toMatchObject({ id: first });
      expect(sandbox.requests).toHaveLength(3);
    });

    it.each(named(spoiledUpdates))(
      "sends an update that meets $what once, and says $code",
      async (spoiled) => {
        const { fault, code, applied, slow } = spoiled;
        sandbox.fault(fault, { on: "write" });
        const problem = await problemOf(send({ kind: "reassign", agentId: night }, open(slow ? 200 : 1000)));
        expect(problem.code).toBe(code);
        expect(updates()).toHaveLength(1);
        expect(sandbox.effective(first).agentId).toBe(applied ? night : front);
      },
    );

    it("says that nothing was sent when nobody listens", async () => {
      const number = await account.getNumber(first);
      await sandbox.close();
      const body = account.buildPatch(number, { kind: "detach" });
      expect((await problemOf(open(500).patch(first, body))).code).toBe("vendor_unavailable");
      expect((await problemOf(open(500).listAgents())).code).toBe("vendor_unavailable");
    });

    it("says that a wrong key is rejected, without showing it", async () => {
      const other = open(1000, "sk_wrong_51d07be9c3");
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

    it("carries its key to no other place when it is redirected", async () => {
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

    it("reaches no other endpoint by what someone typed as an id", async () => {
      await account.getNumber(first);
      const home = sandbox.requests.at(-1)?.path.slice(0, -first.length) ?? "";
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
        const rest = path.startsWith(home) ? path.slice(home.length) : "/";
        return rest === "" || rest.includes("/") || query !== "";
      });
      expect(others).toEqual([]);
      expect(sandbox.requests.some((request) => request.applied)).toBe(false);
    });

    it("says that a list which repeats itself cannot be read", async () => {
      sandbox.fault({ kind: "repeat-page" });
      expect((await problemOf(account.listNumbers())).code).toBe("vendor_response_unreadable");
      expect(sandbox.requests.length).toBeLessThan(5);
    });

    it("asks nothing for a caller that has left", async () => {
      const problem = await problemOf(account.listNumbers(AbortSignal.abort()));
      expect(problem.code).toBe("vendor_unavailable");
      expect(sandbox.requests).toEqual([]);
    });

    it("leaves a read that hangs when its caller leaves", async () => {
      const caller = new AbortController();
      const hears = (): boolean => {
        setImmediate(() => caller.abort());
        return true;
      };
      sandbox.fault({ kind: "hang" }, { on: hears });
      expect((await problemOf(account.getNumber(first, caller.signal))).code).toBe("vendor_unavailable");
      expect(sandbox.requests).toHaveLength(1);
    });

    it("describes its connect form with one key and takes blanks around it away", () => {
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
